/** Which processes run the newer build while the rest run the older one: all that a rolling update, or its undoing, may meet. */
import type { Service } from '../chaos/world/fleet.js';

/** Of the processes of a service, which run the newer build. */
type Which = 'none' | 'first' | 'all';

export interface Mix extends Readonly<Record<Service, Which>> {
  readonly name: string;
}

/** In the order in which one becomes the next. */
export const MIXES: readonly Mix[] = [
  { name: 'the older build, on the newer tables', gateway: 'none', 'chat-svc': 'none', 'presence-svc': 'none' },
  { name: 'new chat-svc under old gateways', gateway: 'none', 'chat-svc': 'all', 'presence-svc': 'first' },
  { name: 'both of each', gateway: 'first', 'chat-svc': 'first', 'presence-svc': 'first' },
  { name: 'old chat-svc under new gateways', gateway: 'all', 'chat-svc': 'none', 'presence-svc': 'first' },
  { name: 'the newer build', gateway: 'all', 'chat-svc': 'all', 'presence-svc': 'all' },
  { name: 'back to the older build', gateway: 'none', 'chat-svc': 'none', 'presence-svc': 'none' },
  // The older build could not say what has become of messages.
  { name: 'the newer build again', gateway: 'all', 'chat-svc': 'all', 'presence-svc': 'all' },
];

export const isNewer = (which: Which, place: number): boolean => which === 'all' || (which === 'first' && place === 0);
