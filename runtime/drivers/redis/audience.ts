/**
 * Whether events go by shards, or to all gateways as they do while there is one that does not know of shards: during an
 * update, by its name among the leases. Few gateways are all told as well where one server carries everything: an event
 * concerns most of them, and many events travel as one. What is known is used for a moment; without it all are told.
 */
import type { Leases } from './leases.js';

export interface Audience {
  /** Asks in the background, no more often than every half second, and only when it is asked. */
  byShards(): boolean;
}

/** Ends the names of gateways that hear by shards. */
export const HEARS_SHARDS = '+shards';

/** Where fewer gateways than this are alive, all of them hear everything. */
export const MANY = 3;

const TIMES = { askAgainMs: 500, knownForMs: 1_500 };

export function audience(leases: Pick<Leases, 'live'>, many: number): Audience {
  let askedAt = Number.NEGATIVE_INFINITY;
  let knownAt = Number.NEGATIVE_INFINITY;
  let known = false;

  async function ask(at: number): Promise<void> {
    try {
      const gateways = await leases.live();
      known = gateways.length >= many && gateways.every(gateway => gateway.endsWith(HEARS_SHARDS));
      knownAt = at;
    } catch {
      known = false;
    }
  }

  return {
    byShards() {
      const now = performance.now();
      if (now - askedAt > TIMES.askAgainMs) {
        askedAt = now;
        void ask(now);
      }
      return known && now - knownAt < TIMES.knownForMs;
    },
  };
}
