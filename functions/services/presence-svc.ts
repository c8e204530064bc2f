/** The presence service: who has read how far, and who is there. */

import { cloudEvent, on, queue, type Service, timer } from 'function-runtime';
import * as events from '../domain/events.js';
import { lapsePresence } from '../presence/lapsePresence.js';
import { setPresence } from '../presence/setPresence.js';
import { batchReadReceipts } from '../receipts/batchReadReceipts.js';
import { queues, RECEIPTS } from './queues.js';
import { routes } from './routes.js';

export const presenceSvc: Service = {
  name: 'presence-svc',
  ids: ['chatId'],
  queues: [queues.read, queues.presence],
  routes,
  bindings: [
    on(queue(queues.read, events.messageRead, RECEIPTS), batchReadReceipts),
    on(queue(queues.presence, events.presenceChanged, { size: 200, lingerMs: 20 }), setPresence),

    on(cloudEvent(events.messageRead), batchReadReceipts),
    on(cloudEvent(events.presenceChanged), setPresence),

    on(timer(5_000), lapsePresence),
  ],
};
