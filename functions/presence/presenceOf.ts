/** How users stand at this moment: who is connected is asked of presence, when the others were last seen of the store. */
import type { Context } from '../../runtime/contract/function.js';
import type { PresenceOf } from '../domain/model.js';
import { isoTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

/** In the order of `userIds`. */
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
