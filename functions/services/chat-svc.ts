/** The chat service: stores messages, and how far they have been received. */

import { cloudEvent, on, queue, type Service } from 'function-runtime';
import { changeMessage } from '../changes/changeMessage.js';
import * as events from '../domain/events.js';
import { persistMessage } from '../messages/persistMessage.js';
import { batchDeliveryReceipts } from '../receipts/batchDeliveryReceipts.js';
import { facts } from './facts.js';
import { CHANGES, queues, RECEIPTS } from './queues.js';

export const chatSvc: Service = {
  name: 'chat-svc',
  ids: ['chatId'],
  queues: [queues.messages, queues.changes, queues.delivered],
  facts,
  bindings: [
    on(queue(queues.messages, events.messageSent, { size: 500, lingerMs: 0 }), persistMessage),
    on(queue(queues.changes, events.messageChange, CHANGES), changeMessage),
    on(queue(queues.delivered, events.messageDelivered, RECEIPTS), batchDeliveryReceipts),

    on(cloudEvent(events.messageSent), persistMessage),
    on(cloudEvent(events.messageChange), changeMessage),
    on(cloudEvent(events.messageDelivered), batchDeliveryReceipts),
  ],
};
