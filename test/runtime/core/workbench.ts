/** The runtime's core on in-process queues, with functions of the test's own: everything but the network. */

import { event } from '#runtime/contract/event-type.js';
import type { AnyFunction, Log } from '#runtime/contract/function.js';
import { functionsOf } from '#runtime/contract/function.js';
import type { Publication } from '#runtime/contract/outcome.js';
import type { RateLimits, Step } from '#runtime/contract/ports.js';
import { type Fact, type QueueSpec, route } from '#runtime/contract/route.js';
import type { Guard } from '#runtime/contract/service.js';
import type { Tracer } from '#runtime/contract/tracer.js';
import { type QueueTrigger, queue } from '#runtime/contract/trigger.js';
import { createBatchRunner } from '#runtime/core/batch.js';
import { createBatchCoalescer } from '#runtime/core/batch-coalescer.js';
import { createInvoker, type InvokerDependencies } from '#runtime/core/invoker.js';
import { createLane } from '#runtime/core/lane.js';
import { createMetrics, type Metrics } from '#runtime/core/metrics.js';
import { physicalQueues } from '#runtime/core/partitions.js';
import { createPublisher } from '#runtime/core/publisher.js';
import { coalesceReplies } from '#runtime/core/replies.js';
import { targetsOf } from '#runtime/core/targets.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { NOW } from '#runtime/testing/context.js';
import { silent } from '../../support/silent.js';

export const define = functionsOf<Record<string, unknown>, 'anybody' | 'nobody'>();

export const TYPE = 'thing.v1';

/** For the first of the queues. */
export const thingCame = event<{ readonly n: number; readonly key?: string }, unknown>(TYPE);

interface WorkbenchOptions {
  readonly specs?: readonly QueueSpec[];
  readonly facts?: readonly Fact[];
  readonly guard?: Guard;
  readonly limits?: RateLimits;
  readonly tracer?: Tracer;
  readonly log?: Log;
  readonly ids?: readonly string[];
  readonly newId?: () => string;
  readonly now?: () => number;
}

export function workbench(options: WorkbenchOptions = {}) {
  const specs = options.specs ?? [{ name: 'things', partitions: 2 }];
  const [spec = { name: '' }] = specs;
  const queues = memoryQueues();
  const fanout = memoryFanout();
  const emitted: Step[] = [];
  let ids = 0;
  const { newId = () => `id-${++ids}`, now = () => NOW, log = silent } = options;
  const watched = { ...(options.tracer && { tracer: options.tracer }), ...(options.ids && { ids: options.ids }) };
  const metrics: Metrics = createMetrics('test');
  const publisher = createPublisher({
    queues,
    fanout,
    targets: targetsOf({
      name: 'test',
      queues: specs,
      routes: [{ ...route(thingCame, { queue: spec, replyWithinMs: 1_000 }), key: 'key' }],
      facts: { exchange: 'test.facts', facts: options.facts ?? [] },
    }),
    source: '/test',
    newId,
    now,
    metrics,
    ...watched,
  });
  const dependencies: InvokerDependencies = {
    ports: {},
    publisher,
    fanout: {
      emit: async steps => {
        emitted.push(...steps);
      },
    },
    ...(options.limits && { limits: options.limits }),
    metrics,
    log,
    ...watched,
    source: '/test',
    now,
    newId,
    ...(options.guard && { guard: options.guard }),
  };
  /** Publishes as a function does that settles. */
  async function ask(publications: readonly Publication[], parent?: string): Promise<{ readonly reply?: unknown }> {
    return (await publisher.publish(publications, { parent, settles: true })) ?? {};
  }
  const runBatch = createBatchRunner(dependencies);
  const sendReplies = coalesceReplies(fanout);

  /** Works every partition of a queue off with the function; the lanes, to be stopped. */
  async function work(fn: AnyFunction, batch: Partial<QueueTrigger['batch']> = {}) {
    await queues.declare(specs.flatMap(physicalQueues));
    const trigger = queue(spec, thingCame, { size: 100, ...batch });
    const coalescer = createBatchCoalescer({
      fn,
      size: trigger.batch.size,
      mostText: trigger.batch.text,
      runBatch,
      metrics,
    });
    const lanes = [];
    for (const { name, ordered } of specs.flatMap(physicalQueues)) {
      const lane = createLane({ queue: name, trigger, fn, coalescer, queues, sendReplies, metrics, log, ...watched });
      await queues.consume(name, { ordered, prefetch: 200 }, lane.take);
      lanes.push(lane);
    }
    return lanes;
  }

  const invoker = createInvoker(dependencies);
  return { queues, metrics, publisher, ask, invoker, runBatch, emitted, work, dependencies };
}

export type Workbench = ReturnType<typeof workbench>;
