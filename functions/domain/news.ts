/** What the live connections of a chat's members are told and done when the chat changes. */
import type { Emission } from '../../runtime/contract/outcome.js';
import type { Chat } from './model.js';
import { room } from './names.js';

/** In larger groups the news leaves the members out: it would grow with their square. Whoever shows them asks for the chat. */
export const MEMBERS_IN_NEWS = 100;

/**
 * Tells the members that the chat changed, each with their own count of unread messages; those who have equally much
 * unread share one emission. `chat` with its members, as any of them sees it; `unread` by member.
 */
export function chatUpdated(chat: Chat, unread: ReadonlyMap<string, number>): Emission<'chat:updated'>[] {
  const { members = [], ...bare } = chat;
  const news = members.length > MEMBERS_IN_NEWS ? bare : chat;

  const byUnread = new Map<number, string[]>();
  for (const [userId, count] of unread) {
    const rooms = byUnread.get(count);
    if (rooms) rooms.push(room.user(userId));
    else byUnread.set(count, [room.user(userId)]);
  }
  return [...byUnread].map(([count, to]) => ({ send: 'chat:updated', data: { ...news, unread: count }, to }));
}

/**
 * Takes a user's connections out of a chat's room. They ask for their rooms after it: somebody may have taken the user
 * in again at the same time, whose join came before this.
 */
export const outOf = (chatId: string, userId: string): Emission<never>[] => [
  { leave: room.chat(chatId), of: room.user(userId) },
  { refresh: room.user(userId) },
];
