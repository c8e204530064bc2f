/** Waits for a condition by looking again and again, with a deadline. */
import { setTimeout as delay } from 'node:timers/promises';

export async function until(condition: () => unknown, withinMs = 5000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`still not so after ${withinMs} ms: ${condition}`);
    await delay(5);
  }
}
