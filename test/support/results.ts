/** What came of some tests, and the last lines that tell of it. */

export interface Results {
  readonly passed: number;
  readonly failed: number;
  /** How many by the title of the outermost suite. */
  readonly skipped: Readonly<Record<string, number>>;
  /** How long each file's tests and hooks took. */
  readonly msOf: Readonly<Record<string, number>>;
}

const counted = (skipped: Results['skipped']): number => Object.values(skipped).reduce((sum, count) => sum + count, 0);

/** What was skipped and why, and a line that machines read. */
export function summary({ passed, failed, skipped }: Results): string[] {
  const count = counted(skipped);
  const why = [
    'SKIPPED, for want of a server at DSN, REDIS_ADDR and AMQP_URL, or on localhost where one is not set,',
    'or, what is told of Chromium, for want of that on the PATH:',
    ...Object.entries(skipped).map(([suite, times]) => `  ${times} × ${suite}`),
    '',
  ];
  return [...(count > 0 ? why : []), `${passed} passed, ${failed} failed, ${count} skipped`];
}

export function sumOf(all: readonly Results[]): Results {
  const skipped: Record<string, number> = {};
  for (const [suite, times] of all.flatMap(one => Object.entries(one.skipped))) {
    skipped[suite] = (skipped[suite] ?? 0) + times;
  }
  return {
    passed: all.reduce((sum, one) => sum + one.passed, 0),
    failed: all.reduce((sum, one) => sum + one.failed, 0),
    skipped,
    msOf: Object.assign({}, ...all.map(one => one.msOf)),
  };
}
