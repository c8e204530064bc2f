/** Where each wish goes. A service needs the queues that its functions' wishes lead to among its own. */
import { type Route, route } from 'function-runtime';
import * as events from '../domain/events.js';
import { queues } from './queues.js';

export const routes: readonly Route[] = [
  // The sender hears `accepted` when the message is not stored by then.
  route(events.messageSent, { queue: queues.messages, key: 'chatId', replyWithinMs: 2_000 }),
  route(events.messageChange, { queue: queues.changes, key: 'chatId', replyWithinMs: 2_000 }),
  route(events.messageDelivered, { queue: queues.delivered }),
  route(events.messageRead, { queue: queues.read }),
  // The sender of a photo waits for it.
  route(events.mediaReady, { queue: queues.media, replyWithinMs: 10_000 }),
  route(events.presenceChanged, { queue: queues.presence, key: 'userId' }),
];
