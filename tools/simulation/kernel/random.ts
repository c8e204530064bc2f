/** Seeded chance (sfc32): the same seed gives the same sequence, for ever. It is for choosing, not for secrets. */

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** True once in `1 / probability` times. */
  strikes(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
}

export function chanceFrom(seed: number): Chance {
  let [a, b, c, count] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1];

  function next(): number {
    const sum = (a + b + count++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  // Seeds that are neighbours give sequences that have nothing in common only after some rounds.
  for (let round = 0; round < 15; round++) next();

  return {
    next,
    between: (low, high) => low + next() * (high - low),
    below: below => Math.floor(next() * below),
    strikes: probability => next() < probability,
    pick: values => values[Math.floor(next() * values.length)] as (typeof values)[number],
  };
}
