import type { Case } from '../bench-case.js';
import { filesAndMessages, messagesAlone } from '../sides/files-beside.js';

export const mediaBeside: Case = {
  name: 'media-beside',
  summary:
    '50 pairs, 200 messages a second, while 20 files of 1 GiB come and 20 go at the same gateway (with --quick of 100 MiB)',
  unit: 'message',
  ours: filesAndMessages,
  peer: messagesAlone,
  goals: [
    { of: 'ack p99 ms', as: 'ratio', atMost: 1.5 },
    { of: 'MB more at most', as: 'value', atMost: 30 },
  ],
  byName: true,
};
