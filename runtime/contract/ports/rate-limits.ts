/** The port to what counts calls. */
import type { RateLimit } from '../limit.js';

/**
 * Counts calls, together with all other replicas.
 *
 * @example
 * const limit = { name: 'place', times: 10, perSeconds: 60, by: 'user' } as const;
 * const count = (limits: RateLimits) => limits.take(limit, 'ann');
 */
export interface RateLimits {
  /** Rejects with Failure `rate_limited`, and when to try again, once the limit for this key is used up. */
  take(limit: RateLimit, key: string): Promise<void>;
  /** Takes back one call that was counted in this window. */
  giveBack(limit: RateLimit, key: string): Promise<void>;
}
