import type { Case } from '../bench-case.js';
import { bytesSide } from '../sides/bytes.js';

export const messageBytes: Case = {
  name: 'message-bytes',
  summary: 'What a message weighs on disk and on each wire: 50 rooms of 10, 500 messages a second in all',
  unit: 'message',
  ours: bytesSide(),
  older: bytesSide,
  goals: [],
  olderGoals: [
    { of: 'stored bytes/message', as: 'ratio', atMost: 0.65 },
    { of: 'WAL bytes/message', as: 'ratio', atMost: 0.5 },
    { of: 'RabbitMQ bytes/message', as: 'ratio', atMost: 0.7 },
    { of: 'Redis bytes/message', as: 'ratio', atMost: 0.6 },
  ],
  brief: true,
};
