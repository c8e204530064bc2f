/** The chat service: stores messages, and how far they have been received. */

import { cloudEvent, on, queue, type Service } from 'function-runtime';
import * as events from '../domain/events.js';
import { persistMessage } from '../messages/persistMessage.js';
import { batchDeliveryReceipts } from '../receipts/batchDeliveryReceipts.js';
import { facts } from './facts.js';
import { queues, RECEIPTS } from './queues.js';

export const chatSvc: Service = {
  name: 'chat-svc',
  ids: ['chatId'],
  queues: [queues.messages, queues.delivered],
  facts,
  bindings: [
    on(queue(queues.messages, events.messageSent, { size: 500, lingerMs: 0 }), persistMessage),
    on(queue(queues.delivered, events.messageDelivered, RECEIPTS), batchDeliveryReceipts),

    on(cloudEvent(events.messageSent), persistMessage),
    on(cloudEvent(events.messageDelivered), batchDeliveryReceipts),
  ],
};
