import type { Case } from '../bench-case.js';
import { pageScroll as side } from '../sides/page-scroll.js';

export const pageScroll: Case = {
  name: 'page-scroll',
  summary:
    'A conversation of 10,000 messages scrolled through in Chromium from its end to its beginning at 6,000 px/s, by its trace',
  unit: 'message',
  ours: side(),
  older: side,
  goals: [
    { of: 'frames/s', as: 'value', atLeast: 58 },
    { of: 'frames > 16.7 ms of main thread %', as: 'value', atMost: 1 },
    { of: 'elements at the beginning', as: 'value', atMost: 5_000 },
  ],
  byName: true,
};
