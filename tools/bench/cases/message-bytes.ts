import type { Case } from '../bench-case.js';
import { bytesSide } from '../sides/bytes.js';

export const messageBytes: Case = {
  name: 'message-bytes',
  summary: 'What a message weighs on disk and on each wire: 50 rooms of 10, 500 messages a second in all',
  unit: 'message',
  ours: bytesSide,
  goals: [],
  brief: true,
};
