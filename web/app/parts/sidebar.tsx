/** The left side: oneself, the search, and the conversations. */
import { useComputed, useSignal } from '@preact/signals';
import { chats, link, me, titleOf } from '../model.js';
import { dialog, wireOpen } from '../overlays.js';
import { route } from '../route.js';
import { Avatar } from './avatar.js';
import { ChatList } from './chat-list.js';
import { Group, Search, Settings, Wire } from './icons.js';
import { PeopleFound } from './people-found.js';
import { Tool } from './tool.js';

const STATUS = {
  online: '',
  connecting: 'Connecting…',
  offline: 'Not connected',
} as const;

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
            <strong>{user.displayName}</strong>
            <span class="status" role="status">
              {STATUS[link.value] || `@${user.username}`}
            </span>
          </span>
        </div>
        <Tool label="New group" icon={Group} onClick={() => (dialog.value = 'new-group')} />
        <Tool label="Settings" icon={Settings} onClick={() => (dialog.value = 'settings')} />
        <Tool
          label="Wire: what travels"
          icon={Wire}
          aria-pressed={wireOpen.value}
          onClick={() => (wireOpen.value = !wireOpen.value)}
        />
      </header>
      <search class="search">
        <Search />
        <input
          type="search"
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
