/**
 * Counts calls in Redis, so that all replicas count together, or in this process when there is none. While Redis is
 * away each replica counts for itself: being less exact is better than refusing everybody.
 */
import type { Cluster, Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Failure } from '../contract/failure.js';
import type { RateLimit } from '../contract/limit.js';
import type { RateLimits } from '../contract/ports.js';

/**
 * Counts calls, in Redis where there is a client of it.
 *
 * @example
 * import { rateLimits } from 'function-runtime/drivers/rate-limits';
 *
 * const limits = rateLimits(); // in this process; with a client of Redis, over all replicas
 * await limits.take({ name: 'place', times: 10, perSeconds: 60, by: 'user' }, 'ann');
 */
export function rateLimits(redis?: Redis | Cluster): RateLimits {
  const limiters = new Map<string, RateLimiterMemory | RateLimiterRedis>();

  function limiterOf({ name, times: points, perSeconds: duration }: RateLimit): RateLimiterMemory | RateLimiterRedis {
    const known = limiters.get(name);
    if (known) return known;
    const settings = { keyPrefix: `limit:${name}`, points, duration };
    const alone = new RateLimiterMemory(settings);
    const made = redis
      ? // Who is over the limit is refused from memory, so that a flood does not reach Redis.
        new RateLimiterRedis({
          ...settings,
          storeClient: redis,
          insuranceLimiter: alone,
          // One more, for the last that was let through may be given back.
          inMemoryBlockOnConsumed: points + 1,
        })
      : alone;
    limiters.set(name, made);
    return made;
  }

  return {
    async take(limit, key) {
      try {
        await limiterOf(limit).consume(key);
      } catch (thrown) {
        if (!(thrown instanceof RateLimiterRes)) throw thrown;
        throw new Failure('rate_limited', 'too often; try again later', { retryAfterMs: thrown.msBeforeNext });
      }
    },
    async giveBack(limit, key) {
      await limiterOf(limit).reward(key);
    },
  };
}
