/** The presence service: who has read how far, and who is there. */

import { event, on, queue, type Service, timer } from 'function-runtime';
import { EVENTS } from '../domain/names.js';
import { lapsePresence } from '../presence/lapsePresence.js';
import { setPresence } from '../presence/setPresence.js';
import { batchReadReceipts } from '../receipts/batchReadReceipts.js';
import { queues, RECEIPTS } from './queues.js';

export const presenceSvc: Service = {
  name: 'presence-svc',
  ids: ['chatId'],
  queues: [queues.read, queues.presence],
  bindings: [
    on(queue(queues.read.name, EVENTS.messageRead, RECEIPTS), batchReadReceipts),
    on(queue(queues.presence.name, EVENTS.presenceChanged, { size: 200, lingerMs: 20 }), setPresence),

    on(event(EVENTS.messageRead), batchReadReceipts),
    on(event(EVENTS.presenceChanged), setPresence),

    on(timer(5_000), lapsePresence),
  ],
};
