/** Chats and messages as the stores answer them, with only what a test is about spelt out. */
import type { Chat, Member, Message } from '#functions/domain/model.js';
import { uuid } from '#runtime/testing/context.js';

export const CHAT = uuid(100);

export const aMember = (userId: string, member: Partial<Member> = {}): Member => ({
  userId,
  role: 'member',
  readSeq: 0,
  deliveredSeq: 0,
  ...member,
});

export const aChat = (chat: Partial<Chat> = {}): Chat => ({
  id: CHAT,
  type: 'group',
  title: 'Climbers',
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSeq: 0,
  lastChange: 0,
  lastMessage: null,
  unread: 0,
  mentions: 0,
  memberCount: chat.members?.length ?? 2,
  ...chat,
});

export const aMessage = (message: Partial<Message> = {}): Message => ({
  chatId: CHAT,
  seq: 1,
  id: uuid(200),
  clientId: 'c1',
  senderId: uuid(1),
  body: 'hello',
  replyTo: null,
  rev: 0,
  reactions: [],
  sentAt: '2026-01-01T00:00:01.000Z',
  ...message,
});
