/** One message. */
import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import type { PendingChange } from '../../client/state.js';
import { isForOneself, isUndoable } from '../deletions.js';
import { forget } from '../media-cache.js';
import { isLink, longPress, openMenu, type Point, under } from '../menu.js';
import { client, myId, nameOf } from '../model.js';
import { rightsTo } from '../rights.js';
import type { Shown } from '../rows.js';
import { fullTime, timeOf } from '../time.js';
import { Actions } from './actions.js';
import { Avatar, hueOf } from './avatar.js';
import { NotChanged, NotSent } from './failure.js';
import { Pin } from './icons.js';
import { LinkCard } from './link-card.js';
import { MediaOf } from './media.js';
import { memo } from './memo.js';
import { actionsOn } from './message-actions.js';
import { Name } from './name.js';
import { GONE, Quote } from './quote.js';
import { Reactions } from './reactions.js';
import { type MessageStatus, Status } from './status.js';
import { Text } from './text.js';
import { useTools } from './use-tools.js';

/** Nothing of the chat that changes while one scrolls through it: each message would be rendered again. */
interface Props {
  readonly message: Shown;
  readonly group: boolean;
  /** Whether the server takes changes of messages. */
  readonly changeable: boolean;
  readonly first: boolean;
  readonly last: boolean;
  /** Of a message of one's own. */
  readonly status: MessageStatus | undefined;
  /** The message that this one answers, where it is there. */
  readonly answered: Shown | undefined;
  /** What the user has asked for and what is not carried out yet, or never will be. */
  readonly changes: readonly PendingChange[];
  /** Whether one has just come to it. */
  readonly marked: boolean;
  /** Shows the message that this one answers, by its id; it was written before the one with this seq. */
  readonly onQuote: (id: string, before?: number) => void;
}

/** Up to three emoji and nothing else are shown large. */
const ONLY_EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F){1,3}$/u;

export const Bubble = memo((props: Props) => {
  const { message, group, changeable, first, last, status, answered, changes, marked, onQuote } = props;
  const mine = message.senderId === myId.value;
  const name = nameOf(message.senderId);
  const large = ONLY_EMOJI.test(message.body) && !message.replyTo;
  const { replyTo, deletedAt, editedAt, pinnedAt, forwardedFrom, pending, preview, media = [] } = message;
  const kind = [
    'message',
    mine ? 'mine' : 'theirs',
    first && 'first',
    last && 'last',
    large && 'large',
    marked && 'marked',
    media.length > 0 && !deletedAt && 'with-media',
  ];
  const shown = useRef(media);
  if (!deletedAt) shown.current = media;
  useEffect(() => {
    if (deletedAt) forget(shown.current);
  }, [deletedAt]);
  const row = useRef<HTMLLIElement>(null);
  const [tools, bringTools] = useTools(message.seq);
  const chat = () => client.state.chats.get(message.chatId);
  const actions = (now = chat()) => (now ? actionsOn(message, now) : []);
  const open = (at: Point) => {
    if (row.current && actions().length > 0) openMenu(row.current, message, at);
  };
  return (
    <li
      ref={row}
      class={kind.filter(Boolean).join(' ')}
      data-seq={message.seq}
      data-stop
      tabIndex={-1}
      onFocus={bringTools}
      onKeyDown={event => {
        if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
        const action = actions().find(({ key }) => key === event.key);
        if (!action && event.key !== 'Enter') return;
        event.preventDefault();
        if (action) action.run();
        else open(under(event.currentTarget.querySelector('.bubble')));
      }}
      onContextMenu={event => {
        // What is chosen has a menu of the browser's, and so have links.
        if (isLink(event.target) || getSelection()?.isCollapsed === false) return;
        event.preventDefault();
        open({ x: event.clientX, y: event.clientY });
      }}
      {...longPress(open)}
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
        {forwardedFrom && !deletedAt && (
          <span class="forwarded">
            Forwarded from <Name of={forwardedFrom.displayName} />
          </span>
        )}
        {replyTo && !deletedAt && <Quote of={answered} onClick={() => onQuote(replyTo, message.seq)} />}
        {!deletedAt && <MediaOf message={message} />}
        {deletedAt ? (
          <Gone deletion={changes.find(({ change }) => change.kind === 'delete')} />
        ) : (
          message.body !== '' && <Text of={message} />
        )}
        {preview && !deletedAt && <LinkCard of={preview} />}
        <span class="meta">
          {pinnedAt && (
            <span class="pinned" role="img" aria-label="Pinned" title="Pinned">
              <Pin />
            </span>
          )}
          {editedAt && !deletedAt && <span title={`Edited ${fullTime(editedAt)}`}>edited</span>}
          <time dateTime={message.sentAt} title={fullTime(message.sentAt)}>
            {timeOf(message.sentAt)}
          </time>
          {status && <Status is={status} />}
        </span>
        {!deletedAt && <Reactions message={message} open={changeable} />}
        {changes.map(
          change =>
            change.state === 'failed' && (
              <NotChanged key={change.id} message={message} failed={change} editable={mayEdit(message, chat())} />
            ),
        )}
      </div>
      {pending?.state === 'failed' ? (
        <NotSent message={message} />
      ) : (
        tools && <Actions actions={actions()} onMore={open} />
      )}
    </li>
  );
});

const mayEdit = (message: Shown, chat: ChatState | undefined): boolean =>
  chat !== undefined && rightsTo(message, chat).edit;

/** What is left of a message; one's own deletion can be taken back until the server is told. */
const Gone = ({ deletion }: { readonly deletion: PendingChange | undefined }) => (
  <span class="gone">
    {deletion && isForOneself(deletion) ? 'You deleted this message for yourself' : GONE}
    {deletion && isUndoable(deletion) && (
      <button type="button" class="link" data-action tabIndex={-1} onClick={() => client.keep(deletion.id)}>
        Undo
      </button>
    )}
  </span>
);
