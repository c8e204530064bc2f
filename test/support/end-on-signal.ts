/**
 * Ends a run of Mocha in order when it is told to go, as Ctrl-C and `timeout` tell it: no other test begins, the hook that is
 * under way ends, the test as well or fails, and what is there to clean up does so. What has not by then is left to `exit`
 * handlers.
 */
import type mocha from 'mocha';

/** From the signal to the end. `.ci/run` kills what it has ended ten seconds after this. */
export const CLEANING_MS = 20_000;
/** A test has this long to end by itself, and with it what it cleans up itself. */
const TEST_MS = 2_000;

export function endOnSignal(runner: mocha.Runner): void {
  let [isTold, isHook, isTest, isOver] = [false, false, false, false];
  const sees = (event: string, see: () => void) => void runner.on(event, see);
  sees('test', () => (isTest = true));
  sees('test end', () => (isTest = false));
  sees('hook', () => (isHook = true));
  // A hook that fails does not end.
  for (const event of ['hook end', 'fail']) sees(event, () => (isHook = false));
  sees('end', () => {
    isOver = true;
    // After Mocha, which makes the exit code of the number of failures.
    if (isTold) setImmediate(() => process.on('exit', () => (process.exitCode = 1)));
  });

  function end(signal: NodeJS.Signals): void {
    // Somebody at a terminal, `timeout` and npm tell the whole process group and each their own child.
    if (isTold) return;
    isTold = true;
    if (isOver) process.exit(1);
    runner.abort();
    setTimeout(() => process.exit(1), CLEANING_MS).unref();
    setTimeout(() => {
      // Mocha takes an error that nobody catches for the end of the test.
      if (isTest && !isHook) throw new Error(`ended by ${signal}`);
    }, TEST_MS).unref();
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
}
