/** The client of this tab, and what the page shows of it, as signals. */
import { computed, signal } from '@preact/signals';
import type { ChatState } from '../client/chat.js';
import { createClient } from '../client/client.js';
import { idbFiles } from '../client/idb-files.js';
import { memoryStorage, type Storage } from '../client/storage.js';
import { webStorage } from '../client/web-storage.js';
import { route } from './route.js';
import { isSame, type Shown, shownIn } from './rows.js';

/** A browser that keeps nothing for pages is still good for one visit. */
function deviceStorage(): Storage {
  try {
    return webStorage({
      localStorage: window.localStorage,
      locks: navigator.locks && {
        request: (name, options, work) => navigator.locks.request(name, options, work),
      },
      addEventListener: (type, listener) => window.addEventListener(type, listener),
      removeEventListener: (type, listener) => window.removeEventListener(type, listener),
    });
  } catch {
    return memoryStorage();
  }
}

const storage = deviceStorage();
export const client = createClient({
  url: location.origin,
  storage,
  // Where they cannot be kept they are there for as long as the page is.
  files: idbFiles(window.indexedDB, navigator.locks),
  keep: 'near',
});

export const state = signal(client.state);
client.subscribe(next => {
  state.value = next;
});

export const me = computed(() => state.value.user);
export const myId = computed(() => me.value?.id ?? '');
export const link = computed(() => state.value.link);

/** The chat that is open, if there is such a chat. */
export const openChat = computed(() => state.value.chats.get(route.value.chatId ?? ''));

/** What is pinned first, and the newest activity before the older; what one is writing oneself counts. */
export const chats = computed((): readonly ChatState[] => {
  const written = new Map(state.value.outbox.map(({ chatId, at }) => [chatId, at]));
  const active = ({ id, lastMessage, createdAt }: ChatState) => written.get(id) ?? lastMessage?.sentAt ?? createdAt;
  const pinned = ({ id }: ChatState) => (state.value.own[id]?.pinned ? 1 : 0);
  return [...state.value.chats.values()].sort((a, b) => pinned(b) - pinned(a) || (active(a) < active(b) ? 1 : -1));
});

/** By itself, so that what names somebody is not rendered again whenever anything happens. */
const people = computed(() => state.value.people);

/** The name that somebody shows; an ellipsis while it is being asked for. */
export const nameOf = (userId: string): string =>
  (userId === myId.value ? me.value : people.value[userId])?.displayName ?? '…';

/** The one with whom a direct chat is. */
export const otherIn = (chat: ChatState): string =>
  Object.keys(chat.members).find(userId => userId !== myId.value) ?? '';

export const titleOf = (chat: ChatState): string =>
  chat.type === 'direct' ? nameOf(otherIn(chat)) : (chat.title ?? 'A group');

export const membersOf = ({ memberCount }: ChatState): string =>
  `${memberCount} ${memberCount === 1 ? 'member' : 'members'}`;

/** As far as one can know: without a connection it is nobody. */
export const isOnline = (userId: string): boolean =>
  link.value === 'online' && state.value.presence[userId]?.status === 'online';

/** What of a chat is held and on its way, newest last. */
export function messagesIn(chatId: string): readonly Shown[] {
  const chat = state.value.chats.get(chatId);
  return chat ? shownIn(chat, state.value) : [];
}

/** A message that was kept as it was, as it is now. */
export const current = (message: Shown): Shown =>
  messagesIn(message.chatId).find(each => isSame(each, message)) ?? message;

/** The names of those who are typing in a chat. */
export const typistsIn = (chatId: string): readonly string[] => (state.value.typing[chatId] ?? []).map(nameOf);
