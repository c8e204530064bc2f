/**
 * The oracle of announcements: every message is announced, also when its process died between storing and announcing
 * it, and no more often than its event was delivered. What its sender sent again was another event, and no news.
 */
import type { History } from './check.js';
import type { World } from './system/world.js';

export function* news(history: History, { announced, broker }: Pick<World, 'announced' | 'broker'>): Generator<string> {
  for (const [chatId, { rows }] of history) {
    for (const { id, clientId, seq } of rows) {
      const times = announced.get(id) ?? 0;
      const delivered = broker.delivered.get(id) ?? 0;
      const it = `${clientId} at ${seq} in ${chatId.slice(-4)}`;
      if (times === 0) yield `told: ${it} was never announced`;
      if (times > delivered)
        yield `idempotent: ${it} was announced ${times} times, and its event delivered ${delivered}`;
    }
  }
}
