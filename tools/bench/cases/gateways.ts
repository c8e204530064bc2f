/**
 * What a message costs the gateways, however many there are: each ought to hear only of chats that somebody on it is in.
 * Of 8 gateways, people whom a balancer puts anywhere have the five of a chat on 3.9 on average.
 */
import type { Case } from '../bench-case.js';
import { HEARD, type Talk } from '../sides/chat.js';
import { ALL_GATEWAYS_CPU, gatewaysSide } from '../sides/gateways.js';

const talk: Talk = { chats: 400, members: 5, inFlight: 0, rate: 200, seats: 'at random' };

const gateways = (count: number, most: { readonly bytes: number; readonly cpu: number }): Case => ({
  name: `gateways-${count}`,
  summary: `400 chats of 5 people all over ${count} gateways, 200 messages a second in all, evenly`,
  unit: 'delivery',
  ours: gatewaysSide(talk, count),
  older: folder => gatewaysSide(talk, count, folder),
  goals: [],
  olderGoals: [
    { of: HEARD, as: 'ratio', atMost: most.bytes },
    { of: ALL_GATEWAYS_CPU, as: 'ratio', atMost: most.cpu },
  ],
  byName: true,
});

export const gateways8 = gateways(8, { bytes: 0.35, cpu: 0.4 });
export const gateways2 = gateways(2, { bytes: 1.05, cpu: 1.05 });
