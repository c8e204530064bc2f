/** Every case, the most important ones first. */
import type { Case } from '../bench-case.js';
import { coldStarts } from './cold-start.js';
import { gateways2, gateways8 } from './gateways.js';
import { growth } from './growth.js';
import { history } from './history.js';
import {
  httpEventBinary,
  httpEventStructured,
  httpRoute,
  httpStart,
  startEventBinary,
  startEventStructured,
} from './http.js';
import { idleSockets } from './idle-sockets.js';
import { logBytes } from './log-bytes.js';
import { media } from './media.js';
import { mediaBeside } from './media-beside.js';
import { messageBytes } from './message-bytes.js';
import { millions } from './millions.js';
import { paced500 } from './paced-500.js';
import { pageScroll } from './page-scroll.js';
import { pairs1 } from './pairs-1.js';
import { pairs32 } from './pairs-32.js';
import { factsUnheard, queueBatch, queueSingle, queueSingleNest } from './queue-function.js';
import { reactions } from './reactions.js';
import { readReceipts } from './read-receipts.js';
import { reconnectStorm } from './reconnect-storm.js';
import { fourChatSvc, twoChatSvc, twoGateways } from './replicas.js';
import { rooms5x100, rooms5x100Busy, rooms50x10, rooms50x10Busy } from './rooms.js';
import { rooms5x100Bare, rooms50x10Bare } from './rooms-bare.js';
import { socketAck } from './socket-ack.js';
import { storedBytes } from './stored-bytes.js';
import { syncChanged } from './sync-changed.js';
import { thumbnail } from './thumbnail.js';

export const cases: readonly Case[] = [
  ...[pairs32, pairs1, paced500, rooms50x10, rooms5x100],
  ...[rooms50x10Busy, rooms5x100Busy, rooms50x10Bare, rooms5x100Bare],
  ...[httpStart, httpRoute, httpEventBinary, httpEventStructured, startEventBinary, startEventStructured],
  ...[queueSingle, queueSingleNest, queueBatch, factsUnheard, socketAck, readReceipts, reactions],
  ...[
    messageBytes,
    logBytes,
    storedBytes,
    idleSockets,
    reconnectStorm,
    twoChatSvc,
    fourChatSvc,
    twoGateways,
    ...[gateways8, gateways2],
    ...coldStarts,
    growth,
    history,
    syncChanged,
    millions,
    thumbnail,
    media,
    mediaBeside,
    pageScroll,
  ],
];
