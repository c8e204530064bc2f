/** Waits for something to become true, with a deadline instead of a guess. */
import { setTimeout as delay } from 'node:timers/promises';

export async function until(what: string, check: () => unknown, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(10);
  }
}
