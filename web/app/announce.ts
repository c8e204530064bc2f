/** What a screen reader says when somebody has written, and what the tab's title counts. */
import { effect, signal } from '@preact/signals';
import type { State } from '../client/state.js';
import { isolated } from './bidi.js';
import { client, nameOf, titleOf } from './model.js';
import { notifiesOf, unread } from './own.js';
import { inPassing } from './summary.js';

export const announcement = signal('');

/** The newest message of each chat that was spoken of, or was there before anything could be. */
const spoken = new Map<string, number>();

function listen({ chats, loaded, user }: State): void {
  for (const chat of chats.values()) {
    const { lastMessage } = chat;
    const before = spoken.get(chat.id);
    spoken.set(chat.id, lastMessage?.seq ?? 0);
    if (!loaded || !lastMessage || before === undefined || lastMessage.seq <= before) continue;
    if (lastMessage.senderId === user?.id || lastMessage.deletedAt || !notifiesOf(chat, lastMessage)) continue;
    const where = chat.type === 'group' ? ` in ${isolated(titleOf(chat))}` : '';
    announcement.value = `${isolated(nameOf(lastMessage.senderId))}${where}: ${inPassing(lastMessage)}`;
  }
}
client.subscribe(listen);

effect(() => {
  document.title = unread.value > 0 ? `(${unread.value}) Mini-Telegram` : 'Mini-Telegram';
});
