/** Counts what was done to the system, so that a run can say what it withstood. */

export interface Tally {
  count(what: string, times?: number): void;
  readonly counts: ReadonlyMap<string, number>;
}

export function createTally(): Tally {
  const counts = new Map<string, number>();
  return { counts, count: (what, times = 1) => void counts.set(what, (counts.get(what) ?? 0) + times) };
}
