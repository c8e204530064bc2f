/** In the end everybody is shown as they are: online who has an open connection, offline who has none. */
import type { Presence } from '../../support/shapes.js';
import type { Call, Evidence } from './evidence.js';
import type { Finding } from './finding.js';

export function* presence(evidence: Evidence): Generator<Finding> {
  const last = new Map<string, Call<{ userId: string }, Presence>>();
  for (const look of evidence.calls<{ userId: string }, Presence>('presence')) {
    if (look.ok) last.set(`${look.client} ${look.data.userId}`, look);
  }
  for (const { client, data, reply, invokedAt } of last.values()) {
    const open = evidence.connections.some(
      ({ client: owner, from, until }) => owner === data.userId && from < invokedAt && until > invokedAt,
    );
    if (reply.status === (open ? 'online' : 'offline')) continue;
    yield { name: 'stale-presence', detail: `${client} sees ${data.userId} ${reply.status} at ${invokedAt}` };
  }
}
