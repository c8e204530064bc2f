/** The process of the image presence-svc. */
import { presenceSvc } from '../images/presence-svc.js';
import { lazily } from '../parts/parts.js';
import { serviceParts } from '../parts/service.js';
import type { Program } from './program.js';

export const program: Program = { image: presenceSvc, open: on => lazily(serviceParts(on)) };
