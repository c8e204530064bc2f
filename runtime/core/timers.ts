/** Runs timer functions, one tick of each at a time; a tick that fails is logged, and the next one comes. */

import type { Log } from '../contract/function.js';
import type { Binding } from '../contract/service.js';
import type { RunBatch } from './batch.js';

export interface Timers {
  /** No more ticks; resolves when those under way are finished. */
  stop(): Promise<void>;
}

export function startTimers(options: {
  bindings: readonly Binding[];
  runBatch: RunBatch;
  source: string;
  newId: () => string;
  log: Log;
}): Timers {
  const { runBatch, source, newId, log } = options;
  const underWay = new Set<Promise<void>>();

  async function tick({ fn }: Binding): Promise<void> {
    const [resolution] = await runBatch(fn, [{ specversion: '1.0', id: newId(), source, type: fn.name, data: {} }]);
    if (resolution && resolution.is !== 'ok')
      log.warn({ fn: fn.name, reason: resolution.reason }, 'timer function failed');
  }

  const intervals = options.bindings.flatMap(binding => {
    if (binding.trigger.kind !== 'timer') return [];
    let last: Promise<void> | undefined;
    return setInterval(() => {
      if (last) return;
      const run = tick(binding).finally(() => {
        last = undefined;
        underWay.delete(run);
      });
      last = run;
      underWay.add(run);
    }, binding.trigger.everyMs).unref();
  });

  return {
    async stop() {
      for (const interval of intervals) clearInterval(interval);
      await Promise.all(underWay);
    },
  };
}
