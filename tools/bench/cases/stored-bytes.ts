import type { Case } from '../bench-case.js';
import { storedBytesSide } from '../sides/stored-bytes.js';

export const storedBytes: Case = {
  name: 'stored-bytes',
  summary: 'What 200,000 messages that nobody changed weigh in a PostgreSQL server of their own: rows, indexes, TOAST',
  unit: 'message',
  ours: storedBytesSide(),
  older: storedBytesSide,
  goals: [],
  olderGoals: [{ of: 'bytes/message', as: 'ratio', atMost: 1.05 }],
  fullOnly: true,
};
