/** The left side: oneself, the search, and the conversations. */
import { useComputed, useSignal } from '@preact/signals';
import { connection } from '../connection.js';
import { chats, me, titleOf } from '../model.js';
import { openAbove, route } from '../route.js';
import { Avatar } from './avatar.js';
import { ChatList } from './chat-list.js';
import { Group, Search, Settings } from './icons.js';
import { Name } from './name.js';
import { PeopleFound } from './people-found.js';
import { Tool } from './tool.js';

export function Sidebar() {
  const query = useSignal('');
  const wanted = useComputed(() => query.value.trim().toLocaleLowerCase());
  const shown = useComputed(() => chats.value.filter(chat => titleOf(chat).toLocaleLowerCase().includes(wanted.value)));
  const search = (text: string) => {
    query.value = text;
  };
  const user = me.value;
  if (!user) return null;

  return (
    <nav class="sidebar" aria-label="Conversations">
      <header>
        <div class="self">
          <Avatar id={user.id} name={user.displayName} />
          <span class="self-name">
            <strong>
              <Name of={user.displayName} />
            </strong>
            <span class="status" role="status">
              {connection.value || `@${user.username}`}
            </span>
          </span>
        </div>
        <Tool label="New group" icon={Group} onClick={() => openAbove({ dialog: 'new-group' })} />
        <Tool label="Settings" icon={Settings} onClick={() => openAbove({ dialog: 'settings' })} />
      </header>
      <search class="search">
        <Search />
        <input
          type="search"
          dir="auto"
          aria-label="Search conversations and people"
          placeholder="Search or find people"
          value={query.value}
          onInput={event => search(event.currentTarget.value)}
          onKeyDown={event => event.key === 'Escape' && search('')}
        />
      </search>
      <div class="scroll">
        <ChatList chats={shown.value} current={route.value.chatId} searching={wanted.value !== ''} />
        {wanted.value && <PeopleFound query={wanted.value} onDone={() => search('')} />}
      </div>
    </nav>
  );
}
