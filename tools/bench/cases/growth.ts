import type { Case } from '../bench-case.js';
import { growthSide } from '../sides/growth.js';

export const growth: Case = {
  name: 'growth',
  summary:
    'From no message to a million on a PostgreSQL server as it is by default, autovacuum at work: batches of 25, 4 at once',
  unit: 'message',
  ours: growthSide(),
  older: growthSide,
  goals: [{ of: 'longest pause ms', as: 'value', atMost: 2_000 }],
  fullOnly: true,
  brief: true,
};
