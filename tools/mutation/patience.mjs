/** Stryker takes Mocha's patience away. A test that waits for ever has found its mutant, and must not take its process along. */
const patience = Number(process.env.PATIENCE_MS ?? 3_000);

export const mochaHooks = {
  beforeEach() {
    this.timeout(patience);
    this.currentTest.timeout(patience);
  },
};
