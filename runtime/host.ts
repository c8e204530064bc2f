/**
 * Puts a service to work: its functions, on its triggers, with the parts that it was given. It starts from the inside
 * out (functions, queues, then clients) and drains from the outside in.
 */
import type { RequestListener } from 'node:http';
import type { Log } from './contract/function.js';
import type { Fanout, Queues, RateLimits } from './contract/ports.js';
import type { Service } from './contract/service.js';
import type { Tracer } from './contract/tracer.js';
import { createBatchRunner } from './core/batch.js';
import { createBatchCoalescer } from './core/batch-coalescer.js';
import { createInvoker, type InvokerDependencies } from './core/invoker.js';
import { createLane, type Lane } from './core/lane.js';
import type { Metrics } from './core/metrics.js';
import { type PhysicalQueue, physicalQueues } from './core/partitions.js';
import { createPublisher } from './core/publisher.js';
import { coalesceReplies } from './core/replies.js';
import { checkPublished, subscriptionsOf, targetsOf } from './core/targets.js';
import { startTimers } from './core/timers.js';
import type { Bounds } from './http/bounds/bounds.js';
import { createReceiver } from './http/receiver.js';

export interface HostOptions {
  readonly service: Service;
  readonly ports: Readonly<Record<string, unknown>>;
  readonly queues: Queues;
  readonly fanout: Fanout;
  /** Counts the calls of clients; without it nobody is limited. */
  readonly limits?: RateLimits;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Only where somebody watches. */
  readonly tracer?: Tracer;
  readonly newId: () => string;
  /** What senders of CloudEvents must bring; without it whoever can send may. */
  readonly eventsToken?: string;
  /** Of events' bodies. */
  readonly bounds?: Bounds;
  /** Clients come in here; only for services with routes or sockets. */
  readonly edge?: Edge;
}

/** Starts serving clients. Loaded only by services that have any, so that the others carry no Express and no sockets. */
export type Edge = (options: {
  readonly service: Service;
  readonly invoker: ReturnType<typeof createInvoker>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly tracer?: Tracer;
}) => RunningEdge;

export interface RunningEdge {
  readonly routes: RequestListener;
  /** No new clients; the present ones are told and let go within the time. */
  drain(withinMs: number): Promise<void>;
}

export interface Hosted {
  readonly receiveEvents: RequestListener;
  readonly routes?: RequestListener;
  /** Finishes what is in hand, acknowledges it, and takes on nothing new. */
  drain(withinMs: number): Promise<void>;
}

/** Deliveries that the lanes of a queue have in hand at most, whether one replica has all of them or they are shared. */
const MOST_IN_HAND = 500;

/**
 * However small the batches: the next ones are there when one is done, without a way to the broker and back for each.
 * Half as many are one acknowledgement, one write and one read; RabbitMQ's guide recommends 100 to 300.
 */
const LEAST_PREFETCH = 128;

/** A batch being worked on and the next one, as far as that is not too much for all partitions together. */
const prefetchOf = (batchSize: number, lanes: number): number =>
  Math.min(Math.max(batchSize * 2, LEAST_PREFETCH), Math.ceil(MOST_IN_HAND / lanes));

export async function host(options: HostOptions): Promise<Hosted> {
  const { service, ports, queues, fanout, metrics, log, newId, eventsToken: token, bounds } = options;
  const source = `/${service.name}`;
  const now = () => Date.now();
  const watched = { ...(options.tracer && { tracer: options.tracer }), ...(service.ids && { ids: service.ids }) };
  const targets = targetsOf(service, queues.announcesAll);
  checkPublished(service, targets);
  const publisher = createPublisher({ queues, fanout, targets, source, newId, now, metrics, ...watched });
  const dependencies: InvokerDependencies = {
    ports,
    publisher,
    fanout,
    metrics,
    log,
    source,
    now,
    newId,
    ...watched,
    ...(service.guard && { guard: service.guard }),
    ...(options.limits && { limits: options.limits }),
  };
  const runBatch = createBatchRunner(dependencies);
  const sendReplies = coalesceReplies(fanout);
  const invoker = createInvoker(dependencies);
  const { bindings } = service;

  const subscriptions = subscriptionsOf(service);
  await queues.declare([...service.queues.flatMap(physicalQueues), ...(subscriptions?.queues ?? [])]);
  // Before anything is published: a subscriber that has never run finds all that was.
  if (subscriptions) await queues.bind(subscriptions.topology);
  const edge = options.edge?.({ service, invoker, metrics, log, ...watched });
  const lanes = await consume();
  const timers = startTimers({ bindings, runBatch, source, newId, log });

  async function consume(): Promise<readonly (() => Promise<void>)[]> {
    const stops: (() => Promise<void>)[] = [];
    const consumed: PhysicalQueue[] = [];
    for (const { trigger, fn } of bindings) {
      if (trigger.kind !== 'queue') continue;
      const spec = service.queues.find(each => each.name === trigger.queue);
      if (!spec) throw new Error(`${service.name} consumes ${trigger.queue}, which it does not name`);
      const lanesOf = physicalQueues(spec);
      const prefetch = prefetchOf(trigger.batch.size, lanesOf.length);
      const { size, text: mostText } = trigger.batch;
      const coalescer = createBatchCoalescer({ fn, size, mostText, runBatch, metrics });
      const lanes = new Map<string, Lane>();
      for (const { name } of lanesOf) {
        lanes.set(
          name,
          createLane({ queue: name, trigger, fn, coalescer, queues, sendReplies, metrics, log, ...watched }),
        );
      }
      const consumer = await queues.consume(
        lanesOf.map(({ name }) => name),
        { ordered: spec.partitions > 0, prefetch },
        (delivery, name) => lanes.get(name)?.take(delivery),
      );
      consumed.push(...lanesOf);
      stops.push(async () => {
        await Promise.all([...lanes.values()].map(lane => lane.stop()));
        await consumer.cancel();
      });
    }
    if (consumed.length > 0) metrics.watchQueues(() => queues.depths(consumed));
    return stops;
  }

  return {
    receiveEvents: createReceiver({
      ...{ bindings, runBatch, newId, source },
      ...(token !== undefined && { token }),
      ...(bounds && { bounds }),
    }),
    ...(edge && { routes: edge.routes }),
    async drain(withinMs) {
      await timers.stop();
      await edge?.drain(withinMs);
      await invoker.idle();
      await Promise.all(lanes.map(stop => stop()));
    },
  };
}
