/** How long sending waits after it failed: twice as long each time, up to a limit, and no longer once something went well. */
import type { Clock } from './clock.js';
import type { Refusal } from './refusal.js';

const PAUSE_MS = { first: 1_000, most: 15_000 };

export interface Pause {
  readonly on: boolean;
  /** Begins, or begins anew; calls back when it is over. */
  after(refusal: Refusal, over: () => void): void;
  /** Ends it at once, without calling back. */
  end(): void;
  succeeded(): void;
}

export function createPause(clock: Clock): Pause {
  let failures = 0;
  let cancel: (() => void) | undefined;
  const end = (): void => {
    cancel?.();
    cancel = undefined;
  };

  return {
    get on() {
      return cancel !== undefined;
    },
    after(refusal, over) {
      const ms = Math.min(PAUSE_MS.first * 2 ** failures, PAUSE_MS.most);
      failures += 1;
      end();
      cancel = clock.later(Math.max(refusal.details.retryAfterMs ?? 0, ms), () => {
        cancel = undefined;
        over();
      });
    },
    end,
    succeeded() {
      failures = 0;
    },
  };
}
