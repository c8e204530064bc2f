/** A good CloudEvent of every type that the queues and `POST /` take, and a good payload for every event of a client. */
import {
  messageChange,
  messageDelivered,
  messageRead,
  messageSent,
  presenceChanged,
} from '#functions/domain/events.js';
import { queues } from '#functions/services/queues.js';
import type { Choices } from './choices.js';
import type { Json } from './mutate.js';

export const TYPES: readonly string[] = [
  messageSent,
  messageChange,
  messageDelivered,
  messageRead,
  presenceChanged,
].map(({ type }) => type);

const DATA: Readonly<Record<string, (choices: Choices) => Json>> = {
  [messageSent.type]: c => ({
    chatId: c.chatId(),
    clientId: c.clientId(),
    senderId: c.actor.id,
    body: c.text(),
    replyTo: null,
    sentAt: c.time(),
  }),
  [messageChange.type]: c => ({
    ...{ kind: 'edit', chatId: c.chatId(), seq: c.seq(), userId: c.actor.id, at: c.time() },
    ...{ clientId: c.clientId(), body: c.text() },
  }),
  [messageDelivered.type]: c => ({ chatId: c.chatId(), userId: c.actor.id, seq: c.seq(), at: c.time() }),
  [messageRead.type]: c => ({ chatId: c.chatId(), userId: c.actor.id, seq: c.seq(), at: c.time() }),
  [presenceChanged.type]: c => ({ userId: c.actor.id, status: 'offline', lastSeenAt: c.time() }),
};

export const eventFor = (type: string, choices: Choices, id = choices.clientId()) => ({
  specversion: '1.0',
  id,
  source: '/fuzz',
  type,
  datacontenttype: 'application/json',
  data: DATA[type]!(choices),
});

const PARTITIONS = 8;

/** Every physical queue, and the type of event that it is for. */
export const PHYSICAL: readonly (readonly [queue: string, type: string])[] = [
  ...Array.from({ length: PARTITIONS }, (_, at) => [`${queues.messages.name}.${at}`, messageSent.type] as const),
  ...Array.from({ length: PARTITIONS }, (_, at) => [`${queues.changes.name}.${at}`, messageChange.type] as const),
  [queues.delivered.name, messageDelivered.type],
  [queues.read.name, messageRead.type],
  [queues.presence.name, presenceChanged.type],
];

export const PAYLOADS: Readonly<Record<string, (choices: Choices) => Json>> = {
  'message:send': c => ({ chatId: c.chatId(), clientId: c.clientId(), body: c.text(), replyTo: c.messageId() }),
  'message:edit': c => ({ chatId: c.chatId(), seq: c.seq(), clientId: c.clientId(), body: c.text() }),
  'message:delete': c => ({ chatId: c.chatId(), seq: c.seq(), scope: 'me' }),
  'message:react': c => ({ chatId: c.chatId(), seq: c.seq(), emoji: '👍', on: true }),
  'message:pin': c => ({ chatId: c.chatId(), seq: c.seq(), on: true }),
  'message:delivered': c => ({ chatId: c.chatId(), seq: c.seq() }),
  'message:read': c => ({ chatId: c.chatId(), seq: c.seq() }),
  typing: c => ({ chatId: c.chatId(), active: true }),
  'presence:get': c => ({ userIds: [c.userId(), c.userId()] }),
  sync: c => ({ cursors: { [c.chatId()]: c.seq() }, limit: 2 }),
  'auth:renew': c => ({ token: c.actor.liveToken }),
};
