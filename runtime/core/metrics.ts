/** What the runtime counts and times, in Prometheus' terms. One registry a process, made here and passed on. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics(image: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ image });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    invocations: new Counter({
      name: 'function_invocations_total',
      help: 'Invocations by function and result: ok, or the code of the failure',
      labelNames: ['function', 'result'] as const,
      registers,
    }),
    duration: new Histogram({
      name: 'function_duration_seconds',
      help: 'Time from the input being there to the reply, publications confirmed',
      labelNames: ['function'] as const,
      buckets: SECONDS,
      registers,
    }),
    batchItems: new Histogram({
      name: 'queue_batch_items',
      help: 'Items that one invocation of a queue function took',
      labelNames: ['queue'] as const,
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      registers,
    }),
    retries: new Counter({
      name: 'queue_retries_total',
      help: 'Times that a lane paused and tried its batch again',
      labelNames: ['queue'] as const,
      registers,
    }),
    deadLetters: new Counter({
      name: 'queue_dead_letters_total',
      help: 'Items that went to the dead-letter queue',
      labelNames: ['queue'] as const,
      registers,
    }),
    /** Counts when it is asked. */
    watchSockets(count: () => number): void {
      new Gauge({
        name: 'sockets',
        help: 'Live connections of this process',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
  };
}
