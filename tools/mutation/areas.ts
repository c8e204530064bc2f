import { titlesFor } from './stores.js';

/** What is mutated, and the tests that are to notice. */
export interface Area {
  /** Of compiled files. */
  readonly folder: string;
  readonly tests: readonly string[];
  /** Which of the tests are for a file, by their titles, where not all are. */
  readonly grep?: (file: string) => string;
  /** A test that takes longer counts as one that fails. */
  readonly patienceMs: number;
}

export const AREAS: readonly Area[] = [
  { folder: 'runtime/dist/core', tests: ['dist/test/runtime/core/*.test.js'], patienceMs: 3_000 },
  { folder: 'functions/dist/access', tests: ['dist/test/functions/access/*.test.js'], patienceMs: 3_000 },
  // Statements are texts, which nobody changes here: what is left is what is done with rows, on the PostgreSQL server at DSN.
  {
    folder: 'functions/dist/stores',
    tests: ['dist/test/functions/stores/*.test.js', 'dist/test/drivers/stores.test.js'],
    grep: titlesFor,
    patienceMs: 20_000,
  },
];
