/** Presence as it is told and asked for. Who is connected is presence's to say; when the others were last seen, the store's. */
import type { Context } from 'function-runtime';
import type { Ports } from '../ports/index.js';
import { presenceChanged } from './events.js';
import type { PresenceOf } from './model.js';
import { isoTime } from './time.js';

/** Users of dead gateways whom one run of lapsePresence takes on; the next run takes the others. */
export const LAPSES_A_RUN = 5_000;

/** The news that somebody's presence may have changed: a hint, which setPresence checks against the truth. */
export const presenceHint = (userId: string, status: PresenceOf['status'], now: number) =>
  presenceChanged({ userId, status, lastSeenAt: isoTime(now) });

/** How the users stand at this moment, in the order of `userIds`. */
export async function presenceOf(
  { now, ports: { presence, users } }: Context<Pick<Ports, 'presence' | 'users'>>,
  userIds: readonly string[],
): Promise<PresenceOf[]> {
  const online = await presence.online(userIds);
  const lastSeen = await users.lastSeen(userIds.filter(id => !online.has(id)));
  return userIds.map(userId =>
    online.has(userId)
      ? { userId, status: 'online', lastSeenAt: isoTime(now) }
      : { userId, status: 'offline', lastSeenAt: lastSeen.get(userId) ?? null },
  );
}
