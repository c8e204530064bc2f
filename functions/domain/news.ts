/** What the live connections of a chat's members are told and done when the chat changes. */
import type { Emission, Outcome, RoomMembership } from 'function-runtime';
import type { Readers } from '../ports/chats.js';
import type { Chat } from './model.js';
import { room } from './names.js';

/** In larger groups the news leaves the members out: it would grow with their square. Whoever shows them asks for the chat. */
export const MEMBERS_IN_NEWS = 100;

/** Without what the chat is to its viewer alone. */
function shared({ mutedUntil, notify, archived, pinned, draft, ...chat }: Chat): Chat {
  return chat;
}

/**
 * Tells the members that the chat changed, each with what they have not read; those to whom it is the same share one
 * emission. `chat` with its members, as any of them sees it.
 */
export function chatUpdated(chat: Chat, readers: readonly Readers[]): Emission<'chat:updated'>[] {
  const { members = [], ...bare } = shared(chat);
  const news = members.length > MEMBERS_IN_NEWS ? bare : { ...bare, members };
  const within = room.chat(chat.id);
  return readers.map(({ userIds, ...theirs }) => ({
    send: 'chat:updated',
    data: { ...news, ...theirs },
    to: userIds.map(room.user),
    within,
  }));
}

/** Shows the chat to people whose connections have joined it, and to none of those who have been taken out again since. */
export const chatCreated = (chat: Chat, userIds: readonly string[]): Emission<'chat:created'> => ({
  send: 'chat:created',
  data: shared(chat),
  to: userIds.map(room.user),
  within: room.chat(chat.id),
});

/** The same for one who has come into it, as they see it. */
export const chatShown = (chat: Chat, userId: string): Emission<'chat:created'> => ({
  ...chatCreated(chat, [userId]),
  data: chat,
});

/** The chat as the outcome shows it to people, if it does. */
export function chatTold({ emit = [] }: Outcome): Chat | undefined {
  const told = emit.find(each => 'send' in each && (each.send === 'chat:created' || each.send === 'chat:updated'));
  return told && 'send' in told ? (told.data as Chat) : undefined;
}

/**
 * Whether both say the same of what nothing else tells: the title, the group's settings, and who is in the chat as what. Where one leaves the
 * members out, it does not say who.
 */
export function saysTheSame(one: Chat, other: Chat): boolean {
  const { members: these } = one;
  const { members: those } = other;
  if (one.title !== other.title || one.memberCount !== other.memberCount) return false;
  if (one.keepVersions !== other.keepVersions || one.noForwards !== other.noForwards) return false;
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
