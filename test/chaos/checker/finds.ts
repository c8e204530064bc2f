/** Runs with one thing wrong, which the checker must find by name, and nothing else. */
import { expect } from 'chai';
import type { Run } from './run.js';

/** What is wrong, what that is called, and what makes it so. */
export type Spoilt = readonly [string, readonly string[], (run: Run) => void];

export function finds(goodRun: () => Run, spoilt: readonly Spoilt[]): void {
  for (const [what, names, spoil] of spoilt) {
    it(`finds ${what}`, () => {
      const run = goodRun();
      spoil(run);
      expect(run.names()).to.have.members(names);
    });
  }
}
