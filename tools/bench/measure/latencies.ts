/** Latencies in a histogram of fixed size, about 1 % exact, so that a long run costs no more than a short one. */

export interface Latencies {
  add(ms: number): void;
  /** In ms, `share` from 0 to 1; NaN when there are none. */
  percentile(share: number): number;
}

/** Microseconds, in steps of 1 %. */
const STEPS = Math.log(1.01);
const CELLS = 2_400;

export function latencies(): Latencies {
  const cells = new Uint32Array(CELLS);
  let count = 0;
  return {
    add(ms) {
      count++;
      const cell = Math.min(CELLS - 1, Math.floor(Math.log(Math.max(1, ms * 1_000)) / STEPS));
      cells[cell]!++;
    },
    percentile(share) {
      if (count === 0) return Number.NaN;
      let cell = 0;
      for (let left = count * share - cells[0]!; left > 0 && cell < CELLS - 1; left -= cells[cell]!) cell++;
      return Math.exp((cell + 0.5) * STEPS) / 1_000;
    },
  };
}
