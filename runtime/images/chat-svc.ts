/** The chat service: stores messages, and how far they have been received. */
import { EVENTS } from '../../functions/domain/names.js';
import { persistMessage } from '../../functions/messages/persistMessage.js';
import { batchDeliveryReceipts } from '../../functions/receipts/batchDeliveryReceipts.js';
import { type Image, on } from '../contract/image.js';
import { event, queue } from '../contract/trigger.js';
import { queues, RECEIPTS } from './queues.js';

export const chatSvc: Image = {
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
