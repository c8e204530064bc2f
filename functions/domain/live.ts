/** Everything that live connections hear: when, and in which shape. A test holds the functions' emissions to it. */

import type { ServerEvent } from 'function-runtime';
import Type from 'typebox';
import { MessageChanged } from './change.js';
import { Chat, Membership, Message, OwnState, PresenceOf, Receipt } from './model.js';
import { Seq } from './text.js';

const Typing = Type.Object({ ...Membership.properties, active: Type.Boolean() }, { title: 'Typing' });

const OwnNews = Type.Object(
  {
    note: Type.Integer({ ...Seq, description: "Counts the changes of the user's own state, 1… without holes" }),
    chats: Type.Array(OwnState),
  },
  { title: 'OwnNews' },
);

export const SERVER_EVENTS = {
  'message:new': {
    summary:
      "A message was stored. Sent to every connection of every member, including the sender's; after a crash possibly again, with the same `seq`. A sender whose `readSeq` was `seq` - 1 has read it.",
    data: Message,
  },
  'message:changed': {
    summary:
      'A message was edited, deleted, reacted to or pinned: it is told whole, as it is now, without `mine`. Sent to every connection of every member, including the one whose act it was; possibly again, with the same `change`. Where `change` is more than one above the last one heard of the chat, something was missed: `sync`.',
    data: MessageChanged,
  },
  'receipt:delivered': {
    summary: 'A member has received all messages up to `seq`. Sent to the members.',
    data: Receipt,
  },
  'receipt:read': { summary: 'A member has read all messages up to `seq`. Sent to the members.', data: Receipt },
  'presence:changed': {
    summary:
      'A user came online or went offline. Sent to users who share a group with them, or a direct chat in which they have written.',
    data: PresenceOf,
  },
  typing: { summary: 'A member is typing, or has stopped. Sent to the other members.', data: Typing },
  'chat:created': {
    summary:
      'A chat was created, or the user was added to one. Sent to its members. Who was added hears their own state of it as well; of a chat that was created it is not said.',
    data: Chat,
  },
  'chat:updated': {
    summary:
      "The title, whether messages are forwarded, a role or the owner of a chat changed. Sent to the members; in large groups without `members`. The user's own state (`mutedUntil`, `notify`, `archived`, `pinned`, `draft`) is not said: its absence means nothing.",
    data: Chat,
  },
  'chat:member-added': {
    summary: 'A user was added to a chat. Sent to the members, including the new one.',
    data: Membership,
  },
  'chat:member-removed': {
    summary:
      'A user was removed from a chat. Sent to the members and, as the last event of that chat, to the removed user.',
    data: Membership,
  },
  'me:changed': {
    summary:
      "Something of the user's own state changed: what a chat is to them alone. Sent to their own connections; perhaps again, with the same `note`. A `note` that is more than one above the last one shows that some were missed: `sync` with `me`.",
    data: OwnNews,
  },
} as const satisfies Record<string, ServerEvent>;
