/** What the live connections of a chat's members are told and done when the chat changes. */
import type { Emission, Outcome, RoomMembership } from 'function-runtime';
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
  const within = room.chat(chat.id);
  return [...byUnread].map(([count, to]) => ({ send: 'chat:updated', data: { ...news, unread: count }, to, within }));
}

/** Shows the chat to people whose connections have joined it, and to none of those who have been taken out again since. */
export const chatCreated = (chat: Chat, userIds: readonly string[]): Emission<'chat:created'> => ({
  send: 'chat:created',
  data: chat,
  to: userIds.map(room.user),
  within: room.chat(chat.id),
});

/** The chat as the outcome shows it to people, if it does. */
export function chatTold({ emit = [] }: Outcome): Chat | undefined {
  const told = emit.find(each => 'send' in each && (each.send === 'chat:created' || each.send === 'chat:updated'));
  return told && 'send' in told ? (told.data as Chat) : undefined;
}

/**
 * Whether both say the same of what nothing else tells: the title, and who is in the chat as what. Where one leaves the
 * members out, it does not say who.
 */
export function saysTheSame(one: Chat, other: Chat): boolean {
  const { members: these } = one;
  const { members: those } = other;
  if (one.title !== other.title || one.memberCount !== other.memberCount) return false;
  if (!these || !those) return true;
  const roles = new Map(these.map(({ userId, role }) => [userId, role]));
  return roles.size === those.length && those.every(({ userId, role }) => roles.get(userId) === role);
}

/** Whether a user's connections are in a chat's room, as what is stored says by now. */
export const membership = (chatId: string, userId: string, is: RoomMembership['is']): RoomMembership => ({
  room: room.chat(chatId),
  of: room.user(userId),
  is,
});
