/** Costs that explain several measurements at once. */

/** What one measurement was made of, and what it came to. */
export interface Observation {
  readonly terms: readonly number[];
  readonly total: number;
}

const TURNS = 20_000;

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);

/**
 * The weights, none below 0, with which the terms come closest to the totals: least squares of the relative errors, so
 * that cheap measurements count as much as dear ones. One weight after the other is set to its best until nothing moves.
 */
export function leastSquares(observations: readonly Observation[]): number[] {
  const rows = observations.map(({ terms, total }) => terms.map(term => term / total));
  const columns = (rows[0] ?? []).map((_, at) => rows.map(row => row[at] ?? 0));
  const weights = columns.map(() => 0);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [at, column] of columns.entries()) {
      const others = rows.map(row => 1 - dot(row, weights.with(at, 0)));
      const square = dot(column, column);
      weights[at] = square === 0 ? 0 : Math.max(0, dot(column, others) / square);
    }
  }
  return weights;
}
