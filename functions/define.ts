/** `single` and `batch` define a function of this product, checked against its ports and its access levels. */
import { functionsOf } from 'function-runtime';
import type { Access } from './access/levels.js';
import type { Ports } from './ports/index.js';

export const { single, batch } = functionsOf<Ports, Access>();
