import type { Case } from '../bench-case.js';
import { historySide } from '../sides/history.js';

/** As many chats on both sides, so that a sync asks the same. */
const CHATS = 20;

export const history: Case = {
  name: 'history',
  summary: 'Pages of 50 and syncs of 20 chats at 10 million messages, the longest chat 1 million',
  unit: 'request',
  ours: historySide('at 10 million', { longest: 1_000_000, rest: 9_000_000, chats: CHATS }),
  peer: historySide('at 10 thousand', { longest: 1_000, rest: 9_000, chats: CHATS }),
  goals: [
    { of: 'page p50 ms', as: 'ratio', atMost: 1.2 },
    { of: 'sync p50 ms', as: 'ratio', atMost: 1.2 },
  ],
  fullOnly: true,
};
