/**
 * Runs it when the callback of the event loop that is under way is through, with all promises that it resolves and with
 * what they put off to the next tick, before anything else comes in: what they have for one receiver can then leave
 * together, and nothing waits.
 */
export function atEndOfCallback(run: () => void): void {
  queueMicrotask(() => process.nextTick(() => process.nextTick(run)));
}
