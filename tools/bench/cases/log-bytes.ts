import type { Case } from '../bench-case.js';
import { logBytesSide } from '../sides/log-bytes.js';

export const logBytes: Case = {
  name: 'log-bytes',
  summary:
    'What a message costs in the log of the server that `all` starts, from one checkpoint to the next: a twentieth of 500 a second, in a twentieth of 20,000 chats that have a million',
  unit: 'message',
  ours: logBytesSide(),
  older: logBytesSide,
  goals: [],
  olderGoals: [{ of: 'WAL bytes/message', as: 'ratio', atMost: 0.5 }],
  fullOnly: true,
  brief: true,
};
