/**
 * The events that functions publish. Wishes are carried out by one function of one service: `services/routes.ts` says
 * where. Facts tell what has happened to whoever subscribes: `services/facts.ts` says who does.
 */
import { event } from 'function-runtime';
import Type from 'typebox';
import { GivenMedia } from './attachment.js';
import { Change, MessageChanged, Numbered } from './change.js';
import { Entities } from './entities.js';
import { Membership, Message, PresenceOf, Receipt } from './model.js';
import { ChatId, ClientId, Forward, MediaId, MessageId, ReplyTo, SAMPLE, StoredBody, Time, UserId } from './text.js';

const NewMessage = Type.Object(
  {
    id: MessageId,
    chatId: ChatId,
    clientId: ClientId,
    senderId: UserId,
    body: Type.Optional(StoredBody),
    entities: Type.Optional(Entities),
    media: Type.Optional(GivenMedia),
    forward: Type.Optional(Forward),
    replyTo: ReplyTo,
    sentAt: Time,
    draftAt: Type.Optional(Time),
  },
  {
    examples: [
      {
        ...{ id: SAMPLE.message, chatId: SAMPLE.chat, clientId: '7c0f6a52-draft-3', senderId: SAMPLE.user },
        ...{ body: 'See #you at the wall?', replyTo: null, sentAt: '2026-01-02T03:04:05.678Z' },
      },
    ],
  },
);

/** A member wants a message stored: a body, media or both, or a copy of a message (`forward`). The reply is the message as it is stored. */
export const messageSent = event('minitelegram.message.sent.v1', { data: NewMessage, reply: Message });
export const MediaReady = Type.Object({ mediaId: MediaId }, { title: 'MediaReady' });
export const MediaState = Type.Object(
  {
    state: Type.Union([Type.Literal('ready'), Type.Literal('refused')], {
      description: 'Refused: its bytes are not kept',
      examples: ['ready'],
    }),
  },
  { title: 'MediaState' },
);

/** Media have arrived whole, and somebody should look into them. The reply is what has become of them. */
export const mediaReady = event('minitelegram.media.ready.v1', { data: MediaReady, reply: MediaState });
/** A member wants a message changed. The reply is the number that the change took. */
export const messageChange = event('minitelegram.message.change.v1', { data: Change, reply: Numbered });
/** A device wants it known that it has received everything up to a message. */
export const messageDelivered = event('minitelegram.message.delivered.v1', { data: Receipt });
/** A member wants it known that they have read everything up to a message. */
export const messageRead = event('minitelegram.message.read.v1', { data: Receipt });
/** Somebody should look how a user's presence stands. */
export const presenceChanged = event('minitelegram.presence.changed.v1', { data: PresenceOf });

/** A message has its place in its chat. After a crash perhaps again, with the same id. */
export const messageStored = event('minitelegram.message.stored.v1', { data: Message });
/** A message has changed. After a crash perhaps told again, with the same id; then and else it is told as it is now. */
export const messageChanged = event('minitelegram.message.changed.v1', { data: MessageChanged });
/** A user is in a chat, perhaps since its creation. Perhaps told again, also after they have left. */
export const chatMemberAdded = event('minitelegram.chat.member-added.v1', { data: Membership });
/** A user is no longer in a group. Perhaps told again, also after they have come back. */
export const chatMemberRemoved = event('minitelegram.chat.member-removed.v1', { data: Membership });
