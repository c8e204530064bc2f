/** The process of the image chat-svc. */
import { chatSvc } from '../images/chat-svc.js';
import { lazily } from '../parts/parts.js';
import { serviceParts } from '../parts/service.js';
import type { Program } from './program.js';

export const program: Program = { image: chatSvc, open: on => lazily(serviceParts(on)) };
