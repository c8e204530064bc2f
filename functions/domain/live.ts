/** Everything that live connections hear: when, and in which shape. A test holds the functions' emissions to it. */
import Type from 'typebox';
import type { News } from '../../runtime/contract/image.js';
import { Chat, Message, PresenceOf, Receipt } from './model.js';
import { ChatId, UserId } from './text.js';

const Membership = Type.Object({ chatId: ChatId, userId: UserId }, { title: 'Membership' });

const Typing = Type.Object({ ...Membership.properties, active: Type.Boolean() }, { title: 'Typing' });

export const NEWS = {
  'message:new': {
    summary:
      "A message was stored. To every connection of every member, the sender's own too; after a crash perhaps again, with the same seq. A sender whose readSeq was seq - 1 has read it.",
    data: Message,
  },
  'receipt:delivered': { summary: 'A member has received everything up to seq. To the members.', data: Receipt },
  'receipt:read': { summary: 'A member has read everything up to seq. To the members.', data: Receipt },
  'presence:changed': {
    summary:
      'Somebody came or went. To people who share a group with them, or a direct chat in which they have written.',
    data: PresenceOf,
  },
  typing: { summary: 'Somebody types, or has stopped. To the others in the chat.', data: Typing },
  'chat:created': { summary: 'There is a new chat, or one that is new to the user. To its members.', data: Chat },
  'chat:updated': {
    summary: 'The title, the roles or the owner have changed. To the members; in large groups without the members.',
    data: Chat,
  },
  'chat:member-added': { summary: 'Somebody is in the chat now. To the members, the new one too.', data: Membership },
  'chat:member-removed': {
    summary: 'Somebody is out. To the members, the one who is out too, who hears nothing after it.',
    data: Membership,
  },
} as const satisfies Record<string, News>;
