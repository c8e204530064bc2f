/** What the chat is about, in the shapes that clients see: people, chats, messages, receipts. Times are ISO 8601 UTC. */

import type { Output } from 'function-runtime';
import Type from 'typebox';
import { Device, DisplayName, Email, Username } from './account.js';
import { MediaList, MOST_MEDIA } from './attachment.js';
import { Entities } from './entities.js';
import { Preview } from './preview.js';
import {
  ChatId,
  ClientId,
  DraftBody,
  Emoji,
  MediaId,
  MessageId,
  ReplyTo,
  Seq,
  SessionId,
  StoredBody,
  Time,
  UserId,
} from './text.js';
import { Title } from './title.js';

const orNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0, examples: [1] });

export const Role = Type.Union([Type.Literal('owner'), Type.Literal('admin'), Type.Literal('member')]);
export type Role = Output<typeof Role>;

/** That a user is in a chat, or is not any more. */
export const Membership = Type.Object({ chatId: ChatId, userId: UserId }, { title: 'Membership' });

export const ChatType = Type.Union([Type.Literal('direct'), Type.Literal('group')]);
export type ChatType = Output<typeof ChatType>;

const Reaction = Type.Object(
  { emoji: Emoji, count: Type.Integer({ minimum: 1, examples: [2] }) },
  { title: 'Reaction' },
);

export const ForwardedFrom = Type.Object(
  { userId: UserId, displayName: DisplayName, sentAt: Time },
  { title: 'ForwardedFrom', description: 'Who wrote it first, as they were called then, and when' },
);
export type ForwardedFrom = Output<typeof ForwardedFrom>;

/** What it is once it is sent, and what becomes of it. Optional members are there where they say something. */
export const Message = Type.Object(
  {
    chatId: ChatId,
    seq: Type.Integer({ ...Seq, minimum: 1, description: '1…N in its chat, without holes', examples: [1] }),
    id: MessageId,
    clientId: ClientId,
    senderId: UserId,
    body: StoredBody,
    replyTo: ReplyTo,
    sentAt: Time,
    rev: Type.Integer({
      ...Seq,
      description: "The number of its last change, of its chat's changes 1…M",
      examples: [0],
    }),
    reactions: Type.Array(Reaction, { description: "In order of the emoji's code points", examples: [[]] }),
    editedAt: Type.Optional(Time),
    deletedAt: Type.Optional(Time),
    deletedBy: Type.Optional(UserId),
    pinnedAt: Type.Optional(Time),
    mine: Type.Optional(
      Type.Array(Emoji, { description: "The caller's own reactions; never in what several users are told" }),
    ),
    entities: Type.Optional(Entities),
    forwardedFrom: Type.Optional(ForwardedFrom),
    media: Type.Optional(MediaList),
    preview: Type.Optional(Preview),
  },
  { title: 'Message' },
);
export type Message = Output<typeof Message>;

export const Member = Type.Object(
  {
    userId: UserId,
    role: Role,
    readSeq: Type.Integer({ ...Seq, description: 'Everything up to this seq is read' }),
    deliveredSeq: Type.Integer({ ...Seq, description: 'Everything up to this seq is delivered' }),
  },
  { title: 'Member' },
);
export type Member = Output<typeof Member>;

export const NotifyLevel = Type.Union([Type.Literal('all'), Type.Literal('mentions'), Type.Literal('none')]);
export type NotifyLevel = Output<typeof NotifyLevel>;

export const Draft = Type.Object(
  {
    body: DraftBody,
    replyTo: Type.Optional(MessageId),
    media: Type.Optional(Type.Array(MediaId, { maxItems: MOST_MEDIA })),
    at: Time,
  },
  { title: 'Draft', description: 'What is written and not sent, and when it was written; of two the later one is it' },
);
export type Draft = Output<typeof Draft>;

/** What a chat is to one member alone, on all their devices: told to nobody else. Absent where it was not set. */
const settings = {
  mutedUntil: Type.Optional(Time),
  notify: Type.Optional(NotifyLevel),
  archived: Type.Optional(Type.Literal(true)),
  pinned: Type.Optional(Type.Literal(true)),
  draft: Type.Optional(Draft),
};

export const OwnState = Type.Object(
  {
    chatId: ChatId,
    rev: Type.Integer({ ...Seq, description: 'The note of its last change; of two states the higher one is it' }),
    ...settings,
    hidden: Type.Optional(
      Type.Array(Type.Object({ from: Seq, to: Seq }), {
        description: 'Messages hidden from the user, for good, beside those of earlier states',
      }),
    ),
  },
  { title: 'OwnState', description: 'What a chat is to the user alone; what was not set is absent' },
);
export type OwnState = Output<typeof OwnState>;

export const KeepVersions = Type.Boolean({
  description: 'Whether its messages keep what they said before they were edited',
  examples: [true],
});

export const Chat = Type.Object(
  {
    id: ChatId,
    type: ChatType,
    title: Type.Union([Title, Type.Null()], { description: 'Null for direct chats' }),
    createdAt: Time,
    lastSeq: Seq,
    lastChange: Type.Integer({ ...Seq, description: "The number of its messages' last change, 1…M", examples: [0] }),
    lastMessage: orNull(Message),
    unread: Type.Integer({
      ...Count,
      description: 'For the one who asks: messages above their readSeq that others sent',
    }),
    mentions: Type.Integer({
      ...Count,
      description: 'For the one who asks: messages above their readSeq that mention them; at most 1,000 are counted',
    }),
    noForwards: Type.Optional(Type.Literal(true, { description: 'Nobody takes messages out of it into another chat' })),
    memberCount: Count,
    keepVersions: Type.Optional(KeepVersions),
    members: Type.Optional(Type.Array(Member)),
    ...settings,
  },
  { title: 'Chat' },
);
export type Chat = Output<typeof Chat>;

/** What one sees of oneself. */
export const Profile = Type.Object(
  { id: UserId, email: Email, username: Username, displayName: DisplayName, createdAt: Time },
  { title: 'Profile' },
);
export type Profile = Output<typeof Profile>;

/** What others see. */
export const Person = Type.Object({ id: UserId, username: Username, displayName: DisplayName }, { title: 'Person' });
export type Person = Output<typeof Person>;

export const Session = Type.Object(
  { id: SessionId, device: orNull(Device), createdAt: Time, lastUsedAt: Time },
  { title: 'Session' },
);
export type Session = Output<typeof Session>;

export const PresenceOf = Type.Object(
  {
    userId: UserId,
    status: Type.Union([Type.Literal('online'), Type.Literal('offline')]),
    lastSeenAt: orNull(Time),
  },
  { title: 'Presence' },
);
export type PresenceOf = Output<typeof PresenceOf>;

export const Receipt = Type.Object(
  { chatId: ChatId, userId: UserId, seq: Seq, at: Time },
  { title: 'Receipt', description: 'A watermark: everything up to seq' },
);
export type Receipt = Output<typeof Receipt>;

/** The answer that says no more than that it was heard. */
export const Nothing = Type.Object({}, { title: 'Nothing' });
