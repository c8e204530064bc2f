import type { Case } from '../bench-case.js';
import { stormSide } from '../sides/storm.js';

export const reconnectStorm: Case = {
  name: 'reconnect-storm',
  summary: '5,000 sockets come back at once, each with a sync of 5 chats, while 25 pairs talk (a tenth in a quick run)',
  unit: 'socket',
  ours: stormSide,
  goals: [
    { of: 'all back and synced s', as: 'value', atMost: 10 },
    { of: 'live arrival p99 ms', as: 'value', atMost: 250 },
  ],
};
