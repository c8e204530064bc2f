/** Places for so many at a time; who finds none free waits for one, in the order of asking. Who takes a place gives it back. */
import { Failure } from '../contract/failure.js';

export interface Places {
  /** Undefined when a place is free, which is taken then; otherwise resolves when one is. Throws Failure `unavailable` where too many wait. */
  take(): Promise<void> | undefined;
  give(): void;
}

export function places(most: number, maxWaiting = Number.POSITIVE_INFINITY): Places {
  let taken = 0;
  const waiting: (() => void)[] = [];
  return {
    take() {
      if (taken < most) {
        taken += 1;
        return undefined;
      }
      if (waiting.length >= maxWaiting) throw new Failure('unavailable', 'too much at once', { retryAfterMs: 5_000 });
      return new Promise(resolve => waiting.push(resolve));
    },
    give() {
      // Whoever is next takes this place over, before anybody new can.
      const next = waiting.shift();
      if (next) next();
      else taken -= 1;
    },
  };
}
