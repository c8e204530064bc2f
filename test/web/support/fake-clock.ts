/** A clock that a test moves on. */
import type { Clock } from '../../../web/client/clock.js';

export interface FakeClock extends Clock {
  /** Lets time pass, and what is due happen at its moment. */
  pass(ms: number): Promise<void>;
  /** What is still to come. */
  readonly due: number;
}

export function fakeClock(now = Date.UTC(2026, 0, 2, 12)): FakeClock {
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    later(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter(each => each !== timer);
      };
    },
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        await settled();
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter(each => each !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
      await settled();
    },
    get due() {
      return timers.length;
    },
  };
}

/** Everything that only waits for promises has happened. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
