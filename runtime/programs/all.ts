/** The three images in one process, which needs no servers. */

import { all } from '../images/all.js';
import { allParts } from '../parts/all.js';
import { withEdge } from '../parts/edge.js';
import { lazily } from '../parts/parts.js';
import type { Program } from './program.js';

export const program: Program = { image: all, open: on => withEdge(lazily(allParts(on))) };
