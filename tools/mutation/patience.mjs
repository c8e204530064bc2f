/** Stryker takes Mocha's patience away. A test that waits for ever has found its mutant, and must not take its process along. */
export const mochaHooks = {
  beforeEach() {
    this.timeout(3_000);
    this.currentTest.timeout(3_000);
  },
};
