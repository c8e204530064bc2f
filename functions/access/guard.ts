/** The product's guard: who calls, and whether they may. */
import type { Guard } from 'function-runtime';
import type { Ports } from '../ports/index.js';
import { authenticate } from './authenticate.js';
import { authorize } from './authorize.js';
import { LEVELS } from './levels.js';

export const guard: Guard = {
  needs: ['tokens', 'sessions', 'members'] satisfies (keyof Ports)[],
  levels: LEVELS,
  authenticate,
  authorize,
};
