/**
 * Test files that run without coverage, which costs a sixth of what Node computes. What they run is counted in others: the
 * story on real servers is the one on embedded parts, images, drivers and functions have tests of their own beside what a
 * browser, the simulation and these stories make of them, and the rest builds and runs copies of the project.
 * `npm run coverage` wants as much without them as with them.
 */
export const UNCOUNTED: readonly string[] = [
  'build/dev',
  'build/new',
  'e2e/backlog',
  'e2e/deleted',
  'e2e/documents',
  'e2e/facts',
  'e2e/killed-changes',
  'e2e/missed-ends',
  'e2e/real',
  'e2e/redis-cluster',
  'guide/guide',
  'simulation/simulation',
  'web/docs',
  'web/page',
];

/** Of test files by their names, whether one of them is counted, and with it the process that they share. */
export const isCounted = (names: readonly string[]): boolean => names.some(name => !UNCOUNTED.includes(name));
