/** The chat service: stores messages, and how far they have been received. */

import { cloudEvent, on, queue, type Service, timer } from 'function-runtime';
import { changeMessage } from '../changes/changeMessage.js';
import * as events from '../domain/events.js';
import { compareBlobs } from '../media/compareBlobs.js';
import { inspectMedia } from '../media/inspectMedia.js';
import { remindInspection } from '../media/remindInspection.js';
import { sweepMedia } from '../media/sweepMedia.js';
import { sweepUploads } from '../media/sweepUploads.js';
import { persistMessage } from '../messages/persistMessage.js';
import { previewLink } from '../previews/previewLink.js';
import { batchDeliveryReceipts } from '../receipts/batchDeliveryReceipts.js';
import { facts } from './facts.js';
import { CHANGES, MEDIA, PREVIEWS, queues, RECEIPTS } from './queues.js';
import { routes } from './routes.js';

export const chatSvc: Service = {
  name: 'chat-svc',
  ids: ['chatId'],
  queues: [queues.messages, queues.changes, queues.delivered, queues.previews, queues.media],
  routes,
  facts,
  bindings: [
    on(queue(queues.messages, events.messageSent, { size: 500, lingerMs: 0 }), persistMessage),
    on(queue(queues.changes, events.messageChange, CHANGES), changeMessage),
    on(queue(queues.delivered, events.messageDelivered, RECEIPTS), batchDeliveryReceipts),
    on(queue(queues.previews, [events.messageStored, events.messageChanged], PREVIEWS), previewLink),
    on(queue(queues.media, events.mediaReady, MEDIA), inspectMedia),

    on(cloudEvent(events.messageSent), persistMessage),
    on(cloudEvent(events.messageChange), changeMessage),
    on(cloudEvent(events.messageDelivered), batchDeliveryReceipts),
    on(cloudEvent(events.mediaReady), inspectMedia),
    on(cloudEvent(events.messageStored), previewLink),
    on(cloudEvent(events.messageChanged), previewLink),

    on(timer(20_000), sweepMedia),
    on(timer(60_000), sweepUploads),
    on(timer(90_000), remindInspection),
    on(timer(120_000), compareBlobs),
  ],
};
