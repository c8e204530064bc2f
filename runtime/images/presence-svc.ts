/** The presence service: who has read how far, and who is there. */
import { EVENTS } from '../../functions/domain/names.js';
import { lapsePresence } from '../../functions/presence/lapsePresence.js';
import { setPresence } from '../../functions/presence/setPresence.js';
import { batchReadReceipts } from '../../functions/receipts/batchReadReceipts.js';
import { type Image, on } from '../contract/image.js';
import { event, queue, timer } from '../contract/trigger.js';
import { queues, RECEIPTS } from './queues.js';

export const presenceSvc: Image = {
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
