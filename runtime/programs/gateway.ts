/** The process of the image gateway. */

import { gateway } from '../images/gateway.js';
import { withEdge } from '../parts/edge.js';
import { gatewayParts } from '../parts/gateway.js';
import { lazily } from '../parts/parts.js';
import type { Program } from './program.js';

export const program: Program = { image: gateway, open: on => withEdge(lazily(gatewayParts(on))) };
