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
import { createConsumers } from './core/consumers.js';
import { createGenerations } from './core/generations.js';
import { createInvoker, type InvokerDependencies } from './core/invoker.js';
import type { Metrics } from './core/metrics.js';
import { physicalQueues } from './core/partitions.js';
import { createPublisher } from './core/publisher.js';
import { coalesceReplies } from './core/replies.js';
import { checkPublished, growingQueues, subscriptionsOf, targetsOf } from './core/targets.js';
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
  /** How many partitions queues that have any are to have; as they are declared unless told otherwise. */
  readonly partitions?: number;
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

export async function host(options: HostOptions): Promise<Hosted> {
  const { service, ports, queues, fanout, metrics, log, newId, eventsToken: token, bounds } = options;
  const source = `/${service.name}`;
  const now = () => Date.now();
  const watched = { ...(options.tracer && { tracer: options.tracer }), ...(service.ids && { ids: service.ids }) };
  const targets = targetsOf(service, queues.announcesAll);
  checkPublished(service, targets);
  const consumed = new Set(
    service.bindings.flatMap(({ trigger }) => (trigger.kind === 'queue' ? [trigger.queue] : [])),
  );
  const growing = growingQueues(service).map(spec =>
    createGenerations({
      ...{ spec, queues, newId, log },
      wanted: consumed.has(spec.name) ? (options.partitions ?? spec.partitions) : undefined,
    }),
  );
  const generations = new Map(growing.map(each => [each.spec.name, each] as const));
  const publisher = createPublisher({ queues, fanout, targets, generations, source, newId, now, metrics, ...watched });
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
  const consumers = createConsumers({
    ...{ service, generations, publisher, queues, runBatch, sendReplies, metrics, log },
    ...watched,
  });
  await consumers.start();
  const timers = startTimers({ bindings, runBatch, source, newId, log });

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
      await consumers.stop();
      for (const each of growing) each.stop();
    },
  };
}
