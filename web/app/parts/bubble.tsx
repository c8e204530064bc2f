/** One message. */
import type { Message } from '../../client/shapes.js';
import { answer } from '../drafts.js';
import { client, myId, nameOf } from '../model.js';
import type { Shown } from '../rows.js';
import { fullTime, timeOf } from '../time.js';
import { sentence } from '../words.js';
import { Avatar, hueOf } from './avatar.js';
import { Copy, Reply } from './icons.js';
import { Name } from './name.js';
import { type MessageStatus, Status } from './status.js';
import { Text } from './text.js';
import { Tool } from './tool.js';

interface Props {
  readonly message: Shown;
  readonly first: boolean;
  readonly last: boolean;
  readonly group: boolean;
  /** Of a message of one's own. */
  readonly status: MessageStatus | undefined;
  /** The message that this one answers, where it is there. */
  readonly answered: Message | undefined;
  /** Whether one has just come to it. */
  readonly marked: boolean;
  /** Shows the message that this one answers, by its id. */
  readonly onQuote: (id: string) => void;
}

/** Up to three emoji and nothing else are shown large. */
const ONLY_EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F){1,3}$/u;

export function Bubble({ message, first, last, group, status, answered, marked, onQuote }: Props) {
  const mine = message.senderId === myId.value;
  const name = nameOf(message.senderId);
  const large = ONLY_EMOJI.test(message.body) && !message.replyTo;
  const { replyTo } = message;
  const kind = [
    'message',
    mine ? 'mine' : 'theirs',
    first && 'first',
    last && 'last',
    large && 'large',
    marked && 'marked',
  ];
  return (
    <li
      class={kind.filter(Boolean).join(' ')}
      data-seq={message.seq}
      data-stop
      tabIndex={-1}
      onKeyDown={event => shortcut(event, message)}
    >
      {group &&
        !mine &&
        (last ? <Avatar id={message.senderId} name={name} size="small" /> : <span class="avatar-gap" />)}
      <div class="bubble">
        {group && !mine && first ? (
          <span class="sender" data-hue={hueOf(message.senderId)}>
            <Name of={name} />
          </span>
        ) : (
          <span class="unseen">
            <Name of={mine ? 'You' : name} />:{' '}
          </span>
        )}
        {replyTo && <Quote of={answered} onClick={() => onQuote(replyTo)} />}
        <Text body={message.body} />
        <span class="meta">
          <time dateTime={message.sentAt} title={fullTime(message.sentAt)}>
            {timeOf(message.sentAt)}
          </time>
          {status && <Status is={status} />}
        </span>
      </div>
      {message.pending?.state === 'failed' ? <Failure message={message} /> : <Actions message={message} />}
    </li>
  );
}

function Quote({ of, onClick }: { readonly of: Message | undefined; readonly onClick: () => void }) {
  return (
    <button type="button" class="quote" title="Show this message" data-action tabIndex={-1} onClick={onClick}>
      <span class="unseen">In answer to </span>
      {of ? (
        <>
          <strong>{of.senderId === myId.value ? 'You' : <Name of={nameOf(of.senderId)} />}</strong>
          <span dir="auto">{of.body}</span>
        </>
      ) : (
        'An earlier message'
      )}
    </button>
  );
}

/** Only what is stored can be answered. */
const stored = (message: Shown): message is Message => message.id !== undefined && message.seq !== undefined;

const copy = ({ body }: Shown) => void navigator.clipboard?.writeText(body);

function Actions({ message }: { readonly message: Shown }) {
  return (
    <span class="actions">
      {stored(message) && (
        <Tool
          label="Answer"
          icon={Reply}
          data-action
          tabIndex={-1}
          title="Answer (R)"
          onClick={() => answer(message)}
        />
      )}
      {navigator.clipboard && (
        <Tool label="Copy" icon={Copy} data-action tabIndex={-1} title="Copy (C)" onClick={() => copy(message)} />
      )}
    </span>
  );
}

function Failure({ message: { clientId, pending } }: { readonly message: Shown }) {
  return (
    <span class="failure">
      <span class="fault" role="alert">
        {sentence(pending?.reason ?? 'it was not sent')}
      </span>
      <button type="button" class="link" data-action tabIndex={-1} onClick={() => client.retry(clientId)}>
        Try again
      </button>
      <button type="button" class="link" data-action tabIndex={-1} onClick={() => client.discard(clientId)}>
        Give up
      </button>
    </span>
  );
}

function shortcut(event: KeyboardEvent, message: Shown): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'c') copy(message);
  else if (event.key === 'r' && stored(message)) {
    event.preventDefault();
    answer(message);
  }
}
