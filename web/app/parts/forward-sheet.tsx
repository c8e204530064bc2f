/** Forwards a message to the conversations that one chooses, and is there until it came to all of them. */
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import type { Message } from '../../client/shapes.js';
import { forwarded } from '../forwarding.js';
import { chats, client, membersOf, otherIn, state, titleOf } from '../model.js';
import { tell } from '../overlays.js';
import { closeAbove } from '../route.js';
import { ChatAvatar } from './avatar.js';
import { Copies, type CopyTo, isThere } from './copies.js';
import { Name } from './name.js';
import { Quoted } from './quote.js';
import { Sheet } from './sheet.js';

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
  const copies = useSignal<readonly CopyTo[]>([]);
  const chosen = useSignal<readonly ChatState[]>([]);
  const query = useSignal('');
  const id = useId();
  const { length: size } = copies.value;
  const left = copies.value.filter(({ clientId }) => !isThere(clientId));

  useEffect(() => {
    if (size === 0 || left.length > 0) return;
    void closeAbove('dialog').then(() => tell(size === 1 ? 'Forwarded.' : `Forwarded to ${size} conversations.`));
  }, [size, left.length]);

  if (size > 0) return <Copies copies={copies.value} />;
  const wanted = query.value.trim().toLocaleLowerCase();
  const found = chats.value.filter(chat => titleOf(chat).toLocaleLowerCase().includes(wanted));
  const isChosen = (chat: ChatState) => chosen.value.some(each => each.id === chat.id);
  const choose = (chat: ChatState) => {
    chosen.value = isChosen(chat) ? chosen.value.filter(each => each.id !== chat.id) : [...chosen.value, chat];
  };
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        copies.value = chosen.value.map(chat => ({ chat, clientId: client.forward(message, chat.id) }));
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
                <span class="chat-last">{chat.type === 'group' ? membersOf(chat) : usernameIn(chat)}</span>
                <input type="checkbox" checked={isChosen(chat)} onChange={() => choose(chat)} />
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

const usernameIn = (chat: ChatState): string => {
  const username = state.value.people[otherIn(chat)]?.username;
  return username === undefined ? '' : `@${username}`;
};
