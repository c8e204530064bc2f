/** The left side: oneself, the search, and the conversations. */
import { useComputed, useSignal } from '@preact/signals';
import type { ChatState } from '../../client/chat.js';
import { connection } from '../connection.js';
import { chats, me, state, titleOf } from '../model.js';
import { isArchived, mutedUntil } from '../own.js';
import { openAbove, route } from '../route.js';
import { Avatar } from './avatar.js';
import { ChatList } from './chat-list.js';
import { Archive, Group, Search, Settings } from './icons.js';
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
  const { chatId } = route.value;
  const searching = wanted.value !== '';
  // Who searches finds what is archived, too.
  const isAside = ({ id }: ChatState) => !searching && isArchived(id);
  const archived = shown.value.filter(isAside);
  const listed = shown.value.filter(chat => !isAside(chat));
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
        <ChatList label="Conversations" chats={listed} current={chatId} />
        {archived.length > 0 && <Archived chats={archived} current={chatId} />}
        {chats.value.length === 0 && state.value.loaded && !searching && (
          <p class="nothing">No conversations yet. Find somebody by their name above, and say hello.</p>
        )}
        {searching && <PeopleFound query={wanted.value} onDone={() => search('')} />}
      </div>
    </nav>
  );
}

/** Out of the way, and not out of sight. */
function Archived({
  chats: aside,
  current,
}: {
  readonly chats: readonly ChatState[];
  readonly current: string | undefined;
}) {
  const open = useSignal(false);
  const unread = aside.reduce((sum, { id, unread: count }) => sum + (mutedUntil(id) === undefined ? count : 0), 0);
  return (
    <section class="archived" aria-label="Archive">
      <button type="button" class="person" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
        <Archive />
        <span class="chat-title">Archive</span>
        <span class="chat-time">{aside.length}</span>
        {unread > 0 && (
          <span class="badge quiet">
            {unread}
            <span class="unseen"> unread</span>
          </span>
        )}
      </button>
      {open.value && <ChatList label="Archived conversations" chats={aside} current={current} />}
    </section>
  );
}
