/** At most `most` pieces of work at a time; the others wait in the order in which they came. */
import { places } from '../core/places.js';

/**
 * Runs work when its turn has come, and settles as it does.
 *
 * @example
 * import type { Limit } from 'function-runtime/drivers/limit';
 *
 * const unlimited: Limit = work => work();
 */
export type Limit = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * At most `most` pieces of work at a time; the others wait in the order in which they came. Beyond `maxWaiting` that
 * wait, more are refused with Failure `unavailable`.
 *
 * @example
 * import { limit } from 'function-runtime/drivers/limit';
 *
 * const two = limit(2, 100);
 * await two(async () => fetch('http://localhost:8080/health'));
 */
export function limit(most: number, maxWaiting?: number): Limit {
  const { take, give } = places(most, maxWaiting);
  return async work => {
    const taken = take();
    if (taken) await taken;
    try {
      return await work();
    } finally {
      give();
    }
  };
}
