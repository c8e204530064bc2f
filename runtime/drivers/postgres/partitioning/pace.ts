/** How much is done at a time so that nobody waits for long, and how long to rest in between. */
const TARGET_MS = 200;
/** What each stretch costs beside its rows is no reason to move fewer. */
const LEAST = 200;
export const MOST = 20_000;

export interface Pace {
  /** Rows of the next stretch. */
  readonly rows: number;
  /** What the last stretch of so many rows took. */
  took(ms: number): void;
}

/** Begins with few, and never more than doubles: what comes next may be heavier than what came before. */
export function createPace(most: number): Pace {
  let rows = Math.min(LEAST, most);
  return {
    get rows() {
      return rows;
    },
    took(ms) {
      const fitting = (rows * TARGET_MS) / Math.max(ms, 1);
      rows = Math.round(Math.min(most, 2 * rows, Math.max(LEAST, fitting)));
    },
  };
}
