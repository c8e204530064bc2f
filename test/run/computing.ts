/**
 * Test files that keep every core busy, with threads, compilers or bundlers. Side by side they would end no sooner, and those
 * that mostly wait would wait for them: they run one at a time, beside as many of the others as a run has jobs. When they are
 * done, one more of the others runs in their place.
 */
export const COMPUTING: readonly string[] = [
  'build/bundle',
  'build/dev',
  'build/new',
  'examples/orders',
  'guide/examples',
  'guide/guide',
  'simulation/simulation',
];
