/** The three images in one process. */
import type { Service } from 'function-runtime';
import { chatSvc } from './chat-svc.js';
import { gateway } from './gateway.js';
import { presenceSvc } from './presence-svc.js';
import { queues } from './queues.js';

export const all: Service = {
  ...gateway,
  name: 'all',
  queues: Object.values(queues),
  bindings: [gateway, chatSvc, presenceSvc].flatMap(({ bindings }) => bindings),
};
