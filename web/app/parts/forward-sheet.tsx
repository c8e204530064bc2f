/** Forwards a message to several conversations, and tells of each whether it came there. */
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import type { Message } from '../../client/shapes.js';
import { isolated } from '../bidi.js';
import { forwarded } from '../forwarding.js';
import { chats, client, state, titleOf } from '../model.js';
import { tell } from '../overlays.js';
import { closeAbove } from '../route.js';
import { sentence } from '../words.js';
import { ChatAvatar } from './avatar.js';
import { Name } from './name.js';
import { Quoted } from './quote.js';
import { Sheet } from './sheet.js';

/** A copy that was sent, by the conversation that it went to. */
type Copies = ReadonlyMap<string, string>;

export function ForwardSheet() {
  const message = forwarded.value;
  return message ? (
    <Sheet title="Forward">
      <span class="quote">
        <Quoted of={message} />
      </span>
      <Where message={message} />
    </Sheet>
  ) : null;
}

function Where({ message }: { readonly message: Message }) {
  const copies = useSignal<Copies>(new Map());
  const chosen = useSignal<readonly string[]>([]);
  const query = useSignal('');
  const id = useId();
  const { size } = copies.value;
  const left = [...copies.value.values()].filter(clientId => !isThere(clientId));

  useEffect(() => {
    if (size === 0 || left.length > 0) return;
    void closeAbove('dialog').then(() => tell(size === 1 ? 'Forwarded.' : `Forwarded to ${size} conversations.`));
  }, [size, left.length]);

  if (size > 0) return <Sending copies={copies.value} />;
  const wanted = query.value.trim().toLocaleLowerCase();
  const found = chats.value.filter(chat => titleOf(chat).toLocaleLowerCase().includes(wanted));
  const choose = ({ id: chatId }: ChatState) => {
    const others = chosen.value.filter(each => each !== chatId);
    chosen.value = others.length < chosen.value.length ? others : [...others, chatId];
  };
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        copies.value = new Map(chosen.value.map(chatId => [chatId, client.forward(message, chatId)]));
      }}
    >
      <div class="picker">
        <input
          type="search"
          dir="auto"
          aria-label="Find conversations"
          aria-controls={`${id}-found`}
          placeholder="Find conversations by name"
          value={query.value}
          onInput={event => (query.value = event.currentTarget.value)}
          onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
        />
        <ul id={`${id}-found`} class="picker-found" aria-label="Conversations to forward to">
          {found.map(chat => (
            <li key={chat.id}>
              <label class="person">
                <ChatAvatar chat={chat} />
                <span class="chat-title">
                  <Name of={titleOf(chat)} />
                </span>
                <span class="chat-last">{chat.type === 'group' ? 'Group' : ''}</span>
                <input type="checkbox" checked={chosen.value.includes(chat.id)} onChange={() => choose(chat)} />
              </label>
            </li>
          ))}
        </ul>
        <p class="nothing" role="status">
          {found.length === 0 ? 'No conversation is called that.' : ''}
        </p>
      </div>
      <button type="submit" class="primary" disabled={chosen.value.length === 0}>
        {chosen.value.length > 1 ? `Forward to ${chosen.value.length}` : 'Forward'}
      </button>
    </form>
  );
}

const copyOf = (clientId: string) => state.value.outbox.find(each => each.clientId === clientId);

/** The server has it for good. */
function isThere(clientId: string): boolean {
  const copy = copyOf(clientId);
  return copy === undefined || copy.state === 'accepted';
}

/** What is not sent when one goes away stays in its conversation, and says why there. */
const Sending = ({ copies }: { readonly copies: Copies }) => (
  <>
    <ul class="copies" aria-label="Where it is forwarded to">
      {[...copies].map(([chatId, clientId]) => (
        <li key={chatId}>
          <Copy chatId={chatId} clientId={clientId} />
        </li>
      ))}
    </ul>
    <button type="button" class="primary" onClick={() => closeAbove('dialog')}>
      Done
    </button>
  </>
);

function Copy({ chatId, clientId }: { readonly chatId: string; readonly clientId: string }) {
  const chat = state.value.chats.get(chatId);
  const copy = copyOf(clientId);
  const failed = copy?.state === 'failed';
  const title = chat ? titleOf(chat) : 'A conversation that you left';
  return (
    <div class="person">
      {chat && <ChatAvatar chat={chat} />}
      <span class="chat-title">
        <Name of={title} />
      </span>
      <span class={failed ? 'chat-last fault' : 'chat-last'} role={failed ? 'alert' : 'status'}>
        {failed ? sentence(copy.reason ?? 'it was not sent') : isThere(clientId) ? 'Forwarded' : 'Being sent…'}
      </span>
      {failed && (
        <button
          type="button"
          class="link"
          aria-label={`Try again: ${isolated(title)}`}
          onClick={() => client.retry(clientId)}
        >
          Try again
        </button>
      )}
    </div>
  );
}
