/** What the runtime counts and times, in Prometheus' terms. One registry a process, made here and passed on. */
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { createGauges } from './gauges.js';
import { fastCounter, fastHistogram } from './series.js';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface Metrics extends ReturnType<typeof createMetrics> {}

/** Since a time (ISO 8601); undefined for none, for nonsense, and for what is still to come by this machine's clock. */
function secondsSince(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const ms = Date.now() - Date.parse(time);
  return ms >= 0 ? ms / 1_000 : undefined;
}

export function createMetrics(image: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ image });
  // The lag of the event loop is looked at ten times a second: more often would be most of what an idle process does.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const registers = [registry];
  const queueLag = fastHistogram({
    registry,
    name: 'queue_lag_seconds',
    help: 'Time from the making of an event to the end of the work on it',
    labelNames: ['queue'],
    buckets: SECONDS,
  });
  const deliveryLag = fastHistogram({
    registry,
    name: 'delivery_lag_seconds',
    help: 'Time from the beginning of what an event tells to its being handed to the connections of this process',
    labelNames: ['event'],
    buckets: SECONDS,
  });
  const deliveries = fastCounter({
    registry,
    name: 'deliveries_total',
    help: 'Events handed to connections of this process, once for each connection',
    labelNames: ['event'],
  });
  return {
    registry,
    ...createGauges(registry),
    invocations: fastCounter({
      registry,
      name: 'function_invocations_total',
      help: 'Invocations by function and result: ok, or the code of the failure',
      labelNames: ['function', 'result'],
    }),
    duration: fastHistogram({
      registry,
      name: 'function_duration_seconds',
      help: 'Time from the input being there to the reply, publications confirmed; of content, to its last byte',
      labelNames: ['function'],
      buckets: SECONDS,
    }),
    published: fastCounter({
      registry,
      name: 'queue_published_total',
      help: 'Events that are safe in a queue',
      labelNames: ['queue'],
    }),
    batchItems: fastHistogram({
      registry,
      name: 'queue_batch_items',
      help: 'Items that one invocation of a function of batches took',
      labelNames: ['queue'],
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    }),
    items: fastCounter({
      registry,
      name: 'queue_items_total',
      help: 'Items of a queue that a function is done with, by how: ok or dead',
      labelNames: ['queue', 'result'],
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
    /** The work on an event of that time is done. */
    worked(queue: string, time: string | undefined): void {
      const seconds = secondsSince(time);
      if (seconds !== undefined) queueLag.observe({ queue }, seconds);
    },
    /** An event has been handed to so many connections, and its story began then. */
    delivered(event: string, connections: number, since: string | undefined): void {
      deliveries.inc({ event }, connections);
      const seconds = secondsSince(since);
      if (seconds !== undefined) deliveryLag.observe({ event }, seconds);
    },
  };
}
