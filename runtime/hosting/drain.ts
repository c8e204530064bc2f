/** What a signal to stop sets off: no new connections, the requests in flight finished, `shutdown`, exit. */
import type { Logger } from './types.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface Drain {
  begun(): void;
  shutdown(): Promise<unknown>;
  readonly log: Logger;
}

/**
 * Exits with 0 after an orderly end, with 1 when `shutdown` failed or the grace was over first, and at once on a second
 * signal. Returns how to stop listening to signals.
 */
export function drainOnSignal(close: () => Promise<void>, graceMs: number, drain: Drain): () => void {
  let signalled = false;
  const onSignal = async () => {
    if (signalled) process.exit(1);
    signalled = true;
    drain.begun();
    setTimeout(() => {
      drain.log.error(`not done within ${graceMs} ms`);
      process.exit(1);
    }, graceMs);
    try {
      await close();
      await drain.shutdown();
      process.exit(0);
    } catch (error) {
      drain.log.error(error);
      process.exit(1);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    if (!signalled) for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}
