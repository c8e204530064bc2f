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

/**
 * The same of those whose presence the user may see. That is asked after it was read: who shares no chat any more by then is
 * told nothing of the moment in between.
 */
export async function presenceShownTo(
  userId: string,
  context: Context<Pick<Ports, 'members' | 'presence' | 'users'>>,
  userIds: readonly string[],
): Promise<PresenceOf[]> {
  const read = await presenceOf(context, userIds);
  const others = userIds.filter(id => id !== userId);
  const visible = new Set(await context.ports.members.visible(userId, others));
  return read.filter(each => each.userId === userId || visible.has(each.userId));
}

/** How the users stand at this moment, in the order of `userIds`. */
async function presenceOf(
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
