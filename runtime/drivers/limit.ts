/** At most `most` pieces of work at a time; the others wait in the order in which they came. */
import { Failure } from '../contract/failure.js';

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
export function limit(most: number, maxWaiting = Number.POSITIVE_INFINITY): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async work => {
    if (running < most) running += 1;
    else {
      if (waiting.length >= maxWaiting) throw new Failure('unavailable', 'too much at once', { retryAfterMs: 5_000 });
      await new Promise<void>(resolve => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // Whoever is next takes this place over, before anybody new can.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
