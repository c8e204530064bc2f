import type { Case } from '../bench-case.js';
import { foldingSide, updatesSide } from '../sides/receipts.js';

export const readReceipts: Case = {
  name: 'read-receipts',
  summary: '100,000 read receipts over 1,000 chats, from the queue to the watermarks',
  unit: 'receipt',
  ours: foldingSide,
  peer: updatesSide,
  goals: [
    { of: 'receipts/s', as: 'ratio', atLeast: 20 },
    { of: 'receipts/s', as: 'value', atLeast: 50_000 },
  ],
};
