/**
 * The oracle of announcements: every message and its last change are announced, also when its process died between storing and announcing
 * it, and no more often than its event was delivered. What its sender sent again was another event, and no news.
 */
import type { History } from './check.js';
import type { World } from './system/world.js';

type Told = Pick<World, 'announced' | 'announcedChanges' | 'broker'>;

export function* news(history: History, { announced, announcedChanges, broker }: Told): Generator<string> {
  for (const [chatId, { rows }] of history) {
    for (const { id, clientId, seq, rev } of rows) {
      const times = announced.get(id) ?? 0;
      const delivered = broker.delivered.get(id) ?? 0;
      const it = `${clientId} at ${seq} in ${chatId.slice(-4)}`;
      if (rev > (announcedChanges.get(id) ?? 0)) yield `told: change ${rev} of ${it} was never announced`;
      if (times === 0) yield `told: ${it} was never announced`;
      if (times > delivered)
        yield `idempotent: ${it} was announced ${times} times, and its event delivered ${delivered}`;
    }
  }
}
