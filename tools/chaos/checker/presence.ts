/**
 * In the end everybody is shown as they are: online who has an open connection, offline who has none. And who was seen
 * online is not shown offline while a connection stays open, whatever becomes of their other devices.
 */
import type { Presence } from '#support/shapes.js';
import type { Call, Evidence } from './evidence.js';
import type { Finding } from './finding.js';

type Look = Call<{ userId: string }, Presence>;

export function* presence(evidence: Evidence): Generator<Finding> {
  const looks = evidence.calls<{ userId: string }, Presence>('presence').filter(({ ok }) => ok);
  yield* stale(evidence, looks);
  yield* shownOffline(evidence, looks);
}

function* stale(evidence: Evidence, looks: readonly Look[]): Generator<Finding> {
  const last = new Map<string, Look>();
  for (const look of looks) last.set(`${look.client} ${look.data.userId}`, look);
  for (const { client, data, reply, invokedAt } of last.values()) {
    const open = evidence.connections.some(
      ({ client: owner, from, until }) => owner === data.userId && from < invokedAt && until > invokedAt,
    );
    if (reply.status === (open ? 'online' : 'offline')) continue;
    yield { name: 'stale-presence', detail: `${client} sees ${data.userId} ${reply.status} at ${invokedAt}` };
  }
}

/** People look only in the calm of the end: what is shown online then has got over the storm. */
function* shownOffline(evidence: Evidence, looks: readonly Look[]): Generator<Finding> {
  const seen = new Map<string, number>();
  for (const { data, reply, answeredAt } of looks) {
    if (reply.status !== 'online') continue;
    seen.set(data.userId, Math.min(answeredAt, seen.get(data.userId) ?? Number.POSITIVE_INFINITY));
  }
  const shown = [
    ...looks.map(({ data, reply, client, answeredAt: at }) => ({ ...reply, userId: data.userId, to: client, at })),
    ...evidence.connections.flatMap(({ id, heard }) =>
      heard.flatMap(({ at, event, data }) =>
        event === 'presence:changed' ? [{ ...(data as Presence), to: id, at }] : [],
      ),
    ),
  ];
  for (const { userId, status, to, at } of shown) {
    const since = seen.get(userId);
    if (status !== 'offline' || since === undefined || at <= since) continue;
    const stays = evidence.connections.find(
      ({ client, from, until }) => client === userId && from < since && until > at,
    );
    if (stays) yield { name: 'shown-offline', detail: `${userId} to ${to} at ${at}, while ${stays.id} stays open` };
  }
}
