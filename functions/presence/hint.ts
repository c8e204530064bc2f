/** A hint that somebody's presence may have changed: the queue's event, which setPresence checks against the truth. */
import type { Publication } from '../../runtime/contract/outcome.js';
import type { PresenceOf } from '../domain/model.js';
import { EVENTS, QUEUES } from '../domain/names.js';
import { isoTime } from '../domain/time.js';

export function presenceHint(userId: string, status: PresenceOf['status'], now: number): Publication {
  const data: PresenceOf = { userId, status, lastSeenAt: isoTime(now) };
  return { queue: QUEUES.presence, type: EVENTS.presenceChanged, key: userId, data };
}
