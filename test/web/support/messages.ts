/** Messages and chats for tests that need no server. */
import type { ChatState } from '../../../web/client/chat.js';
import { described } from '../../../web/client/described.js';
import type { Chat, Message } from '../../../web/client/shapes.js';

export const message = (seq: number, rest: Partial<Message> = {}): Message => ({
  chatId: 'chat',
  seq,
  id: `id-${seq}`,
  clientId: `client-${seq}`,
  senderId: 'ben',
  body: `message ${seq}`,
  replyTo: null,
  sentAt: new Date(Date.UTC(2026, 0, 2, 12, seq)).toISOString(),
  ...rest,
});

export const chat = (rest: Partial<Chat> = {}): Chat => ({
  id: 'chat',
  type: 'group',
  title: 'a chat',
  createdAt: '2026-01-02T12:00:00.000Z',
  lastSeq: 0,
  lastMessage: null,
  unread: 0,
  memberCount: 2,
  ...rest,
});

/** As Ann knows it when it was listed with so many messages, all read. */
export const chatState = (rest: Partial<Chat> = {}): ChatState => described(chat(rest), 'ann');

export const seqsOf = (messages: readonly Message[]): number[] => messages.map(({ seq }) => seq);

/** Of somebody who has set nothing, or whose server knows nothing of it. */
export const NO_OWN = { note: 0, behind: false, synced: () => {} };
