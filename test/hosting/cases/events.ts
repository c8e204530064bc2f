/** CloudEvents, in and out. */
import type { Case } from './case.js';
import { batched } from './events-batched.js';
import { arriving } from './events-in.js';
import { answered } from './events-out.js';
import { refusals } from './events-refused.js';

export const events: Case[] = [...arriving, ...refusals, ...batched, ...answered];
