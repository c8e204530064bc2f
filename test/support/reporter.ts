/**
 * Mocha's `spec` reporter, with last lines that say what was skipped and why, and one that machines can read; and the end
 * of a run that something keeps alive. With the option `results=FILE` (`--reporter-option`) these lines are another's to
 * write, from what is in FILE afterwards: see test/run.
 */
import { writeFileSync } from 'node:fs';
import mocha from 'mocha';
import { endOnSignal } from './end-on-signal.js';
import { type Results, summary } from './results.js';

/** What tests leave behind has this long to end by itself, in ms. */
const PATIENCE_MS = 20_000;

export default class StoryReporter extends mocha.reporters.Spec {
  private readonly skipped: Record<string, number> = {};
  private readonly msOf: Record<string, number> = {};
  private readonly results: string | undefined;

  constructor(runner: mocha.Runner, options?: mocha.MochaOptions) {
    super(runner, options);
    this.results = options?.reporterOptions?.results;
    endOnSignal(runner);
    runner.on('pending', test => {
      const [suite = test.title] = test.titlePath();
      this.skipped[suite] = (this.skipped[suite] ?? 0) + 1;
    });
    let since = performance.now();
    runner.on('suite end', ({ file, parent }) => {
      if (!parent?.root || file === undefined) return;
      this.msOf[file] = (this.msOf[file] ?? 0) + performance.now() - since;
      since = performance.now();
    });
  }

  override epilogue(): void {
    super.epilogue();
    const { passes: passed = 0, failures: failed = 0 } = this.stats;
    const results: Results = { passed, failed, skipped: this.skipped, msOf: this.msOf };
    if (this.results) writeFileSync(this.results, JSON.stringify(results));
    else for (const line of summary(results)) console.log(line);
    // Node's own end can wait for ever for what native code holds; this one does not, and coverage is written all the same.
    process.once('beforeExit', () => process.exit(failed > 0 ? 1 : 0));
    setTimeout(() => {
      const kept = process.getActiveResourcesInfo().filter(name => name !== 'Timeout');
      console.error(`LEFT BEHIND: the tests are over, and these still keep the process alive: ${kept.join(', ')}`);
      process.exit(failed > 0 ? 1 : 0);
    }, PATIENCE_MS).unref();
  }
}
