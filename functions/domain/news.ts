/**
 * Tells the members of a chat that it changed, each with their own count of unread messages. Members who have equally
 * much unread share one emission.
 */
import type { Emission } from '../../runtime/contract/outcome.js';
import type { Chat } from './model.js';
import { room } from './names.js';

/** In larger groups the news leaves the members out: it would grow with their square. Whoever shows them asks for the chat. */
export const MEMBERS_IN_NEWS = 100;

/** `chat` with its members, as any of them sees it. */
export function chatUpdated(chat: Chat): Emission[] {
  const { members = [], ...bare } = chat;
  const news = members.length > MEMBERS_IN_NEWS ? bare : chat;

  const byUnread = new Map<number, string[]>();
  for (const { userId, readSeq } of members) {
    const unread = chat.lastSeq - readSeq;
    const rooms = byUnread.get(unread);
    if (rooms) rooms.push(room.user(userId));
    else byUnread.set(unread, [room.user(userId)]);
  }
  return [...byUnread].map(([unread, to]) => ({ send: 'chat:updated', data: { ...news, unread }, to }));
}
