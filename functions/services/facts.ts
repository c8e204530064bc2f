/**
 * What the product tells of itself, and who subscribes. A subscriber is a queue of its own, for functions of any service:
 * whoever publishes the fact keeps it there for them, also before they have ever run.
 */
import { type Facts, fact } from 'function-runtime';
import * as events from '../domain/events.js';
import { queues } from './queues.js';

export const facts: Facts = {
  exchange: 'minitelegram.facts',
  facts: [
    fact(events.messageStored, { key: 'chatId', subscribers: [queues.previews] }),
    fact(events.messageChanged, { key: 'chatId', subscribers: [queues.previews] }),
    fact(events.chatMemberAdded, { key: 'chatId', subscribers: [] }),
    fact(events.chatMemberRemoved, { key: 'chatId', subscribers: [] }),
  ],
};
