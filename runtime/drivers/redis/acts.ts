/**
 * What comes to a gateway, one after the other: acts on rooms, pings, and what clients hear. Who comes into a room that
 * this gateway does not hear yet is waited for until it does, and everything behind them with them: so nobody is told of
 * a room before they hear it, who is put out hears nothing that was emitted later, and a ping that comes back has all acts
 * before it behind it.
 */
import type { Step } from '../../contract/ports.js';

export interface Acts {
  /** `carryOut` is called in its turn, when the rooms are heard that connections here come into. */
  add(steps: readonly Step[], carryOut: () => void): void;
  /** What waits is lost. */
  clear(): void;
}

export interface ActsOptions {
  /** Resolves when the rooms are heard that connections here come into by these steps; undefined when they are. */
  readonly heard: (steps: readonly Step[]) => Promise<unknown> | undefined;
  /** More than `MOST_WAITING` wait. */
  readonly overflow: () => void;
}

/** A subscription takes a moment; where it takes longer, the connection is dead. */
const MOST_WAITING = 10_000;

export function actsInTurn({ heard, overflow }: ActsOptions): Acts {
  let waiting: { readonly steps: readonly Step[]; carryOut(): void }[] = [];
  let held = false;

  function run(): void {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const hearing = heard(next.steps);
      if (hearing) {
        held = true;
        void hearing.then(() => {
          held = false;
          run();
        });
        return;
      }
      waiting.shift();
      next.carryOut();
    }
  }

  return {
    add(steps, carryOut) {
      if (waiting.length >= MOST_WAITING) return overflow();
      waiting.push({ steps, carryOut });
      if (!held) run();
    },
    clear() {
      waiting = [];
    },
  };
}
