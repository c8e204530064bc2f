import type { Case } from '../bench-case.js';
import { syncChangedSide } from '../sides/sync-changed.js';

export const syncChanged: Case = {
  name: 'sync-changed',
  summary:
    'A client catches up in a chat of a million messages: with 1,000 that were changed all over it, and with 1,000 new ones',
  unit: 'sync',
  ours: syncChangedSide,
  goals: [{ of: 'server CPU of changed, times that of new', as: 'value', atMost: 1.2 }],
  fullOnly: true,
  brief: true,
};
