/**
 * Mocha's `spec` reporter, with last lines that say what was skipped and why, and one that machines can read; and the end
 * of a run that something keeps alive.
 */
import mocha from 'mocha';

/** What tests leave behind has this long to end by itself, in ms. */
const PATIENCE_MS = 20_000;

export default class StoryReporter extends mocha.reporters.Spec {
  private readonly skipped = new Map<string, number>();

  constructor(runner: mocha.Runner, options?: mocha.MochaOptions) {
    super(runner, options);
    runner.on('pending', test => {
      const [suite = test.title] = test.titlePath();
      this.skipped.set(suite, (this.skipped.get(suite) ?? 0) + 1);
    });
  }

  override epilogue(): void {
    super.epilogue();
    const { passes = 0, failures = 0, pending = 0 } = this.stats;
    if (pending > 0) {
      console.log(
        'SKIPPED, for want of a server at DSN, REDIS_ADDR and AMQP_URL, or on localhost where one is not set,',
      );
      console.log('or, what is told of Chromium, for want of that on the PATH:');
      for (const [suite, count] of this.skipped) console.log(`  ${count} × ${suite}`);
      console.log('');
    }
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    // Node's own end can wait for ever for what native code holds; this one does not, and coverage is written all the same.
    process.once('beforeExit', () => process.exit(failures > 0 ? 1 : 0));
    setTimeout(() => {
      const kept = process.getActiveResourcesInfo().filter(name => name !== 'Timeout');
      console.error(`LEFT BEHIND: the tests are over, and these still keep the process alive: ${kept.join(', ')}`);
      process.exit(failures > 0 ? 1 : 0);
    }, PATIENCE_MS).unref();
  }
}
