/** The chat service: stores messages, and how far they have been received. */

import { event, on, queue, type Service } from 'function-runtime';
import { EVENTS } from '../domain/names.js';
import { persistMessage } from '../messages/persistMessage.js';
import { batchDeliveryReceipts } from '../receipts/batchDeliveryReceipts.js';
import { queues, RECEIPTS } from './queues.js';

export const chatSvc: Service = {
  name: 'chat-svc',
  ids: ['chatId'],
  queues: [queues.messages, queues.delivered],
  bindings: [
    on(queue(queues.messages.name, EVENTS.messageSent, { size: 500, lingerMs: 0 }), persistMessage),
    on(queue(queues.delivered.name, EVENTS.messageDelivered, RECEIPTS), batchDeliveryReceipts),

    on(event(EVENTS.messageSent), persistMessage),
    on(event(EVENTS.messageDelivered), batchDeliveryReceipts),
  ],
};
