/**
 * Preloaded into the processes of the system: shifts what they take for the time of day by as many milliseconds as the
 * file of CHAOS_CLOCK says, read again at SIGWINCH (at SIGUSR2 they take CPU profiles). As when a clock is set, timers and
 * monotonic time go on as before.
 */
import { readFileSync } from 'node:fs';

const file = process.env.CHAOS_CLOCK;
if (file !== undefined) {
  const Real = Date;
  let shift = 0;
  process.on('SIGWINCH', () => {
    shift = Number(readFileSync(file, 'utf8'));
  });
  class Shifted extends Real {
    constructor(...given: [] | [number | string | Date]) {
      if (given.length === 0) super(Shifted.now());
      else super(...(given as [number]));
    }
    static override now(): number {
      return Real.now() + shift;
    }
  }
  globalThis.Date = Shifted as DateConstructor;
}
