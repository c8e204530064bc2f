import type { Case } from '../bench-case.js';
import { millionsSide } from '../sides/millions.js';

export const millions: Case = {
  name: 'millions',
  summary:
    'Batches of 25 stored, and syncs of 16 chats with 5 messages missed each, among a million messages and among ten, one chat with a tenth of them',
  unit: 'message',
  ours: millionsSide,
  goals: [
    { of: 'store µs a message, times as many', as: 'value', atMost: 1.5 },
    { of: 'sync µs, times as many', as: 'value', atMost: 1.5 },
  ],
  byName: true,
};
