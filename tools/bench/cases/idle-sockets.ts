import type { Case } from '../bench-case.js';
import { idleBare, idleOurs } from '../sides/idle.js';

export const idleSockets: Case = {
  name: 'idle-sockets',
  summary: '10,000 idle sockets on one fresh gateway, signed in, in 5 chats each (a tenth of them in a quick run)',
  unit: 'socket',
  ours: idleOurs(),
  peer: idleBare,
  older: idleOurs,
  goals: [
    { of: 'RSS kB/socket', as: 'value', atMost: 10 },
    { of: 'CPU at rest % of a core', as: 'value', atMost: 3 },
  ],
};
