/**
 * Works off the queues that a service's functions are bound to: of a queue with partitions those of every generation, the
 * older ones before the next as far as their keys are the same.
 */
import type { Log } from '../contract/function.js';
import type { Queues } from '../contract/ports.js';
import type { QueueSpec } from '../contract/route.js';
import type { Service } from '../contract/service.js';
import type { Tracer } from '../contract/tracer.js';
import type { QueueTrigger } from '../contract/trigger.js';
import type { RunBatch } from './batch.js';
import { createBatchCoalescer } from './batch-coalescer.js';
import { createGate, type Gate } from './gate.js';
import type { Generations } from './generations.js';
import { createLane, type Lane } from './lane.js';
import type { Metrics } from './metrics.js';
import type { Generation } from './partition-plan.js';
import { feedersOf, type PhysicalQueue, partitionsOf, physicalQueues } from './partitions.js';
import type { Publisher } from './publisher.js';
import type { SendReplies } from './replies.js';
import { createRetirement } from './retirement.js';

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

export interface ConsumersOptions {
  readonly service: Pick<Service, 'name' | 'queues' | 'bindings'>;
  /** Of the queues whose number of partitions may change, by name. */
  readonly generations: ReadonlyMap<string, Generations>;
  readonly publisher: Pick<Publisher, 'fence'>;
  readonly queues: Queues;
  readonly runBatch: RunBatch;
  readonly sendReplies: SendReplies;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly tracer?: Tracer;
  /** Members of data that hold ids, for the log. */
  readonly ids?: readonly string[];
}

export interface Consumers {
  /** Resolves when what is declared is consumed. Rejects with an Error that names a fault of the service's table. */
  start(): Promise<void>;
  /** Finishes what is in hand, acknowledges it, and takes on nothing new. */
  stop(): Promise<void>;
}

export function createConsumers(options: ConsumersOptions): Consumers {
  const { service, generations, publisher, queues, runBatch, metrics } = options;
  const consumed: PhysicalQueue[] = [];
  const names = new Set<string>();
  const stops: (() => Promise<void>)[] = [];
  let stopped = false;

  async function consume({ spec, trigger, fn, coalescer }: Bound, physical: readonly PhysicalQueue[], gates?: Gates) {
    if (stopped) return;
    const lanes = new Map<string, Lane>();
    const begin = (queue: string) => lanes.set(queue, createLane({ ...options, queue, trigger, fn, coalescer }));
    for (const { name } of physical) {
      names.add(name);
      begin(name);
    }
    /** Whoever has the queue next finds what was begun here done; should it come back, another lane takes it. */
    async function release(released: readonly string[]): Promise<void> {
      const ended = released.map(name => lanes.get(name)?.stop());
      for (const name of released) {
        gates?.end(name);
        begin(name);
      }
      await Promise.all(ended);
    }
    const prefetch = prefetchOf(trigger.batch.size, physical.length);
    const consuming = queues.consume(
      physical.map(({ name }) => name),
      spec.partitions > 0 ? { ordered: true, prefetch, release } : { ordered: false, prefetch },
      (delivery, name) => {
        const lane = lanes.get(name);
        if (lane && !stopped) gates ? gates.before(name, lane).take(delivery) : lane.take(delivery);
      },
    );
    // From now on: it may be stopped while it waits for the broker.
    stops.push(async () => {
      await Promise.all([...lanes.values()].map(lane => lane.stop()));
      await consuming.then(consumer => consumer.cancel());
    });
    await consuming;
    consumed.push(...physical);
  }

  /** Each generation as it becomes known; what is consumed already belongs to the first. */
  function follow(bound: Bound, known: Generations): void {
    let begun = 0;
    known.watch(() => {
      for (const generation of known.all().slice(begun)) {
        if (stopped) return;
        begun++;
        const physical = partitionsOf(bound.spec, generation).filter(({ name }) => !names.has(name));
        if (physical.length === 0) continue;
        // Whoever proposed it has declared them; this has them declared again should they be lost.
        void queues.declare(physical).then(() => consume(bound, physical, gatesOf(known, generation)));
      }
    });
    const retirement = createRetirement({ generations: known, fence: publisher.fence });
    stops.push(async () => retirement.stop());
  }

  function gatesOf(known: Generations, generation: Generation): Gates {
    const physical = partitionsOf(known.spec, generation);
    const gates = new Map<string, Gate>();
    stops.push(async () => {
      for (const gate of gates.values()) gate.stop();
    });
    return {
      before(name, lane) {
        let gate = gates.get(name);
        if (!gate) {
          const part = physical.findIndex(each => each.name === name);
          const feeders = () =>
            known.before(generation.number).flatMap(before => feedersOf(known.spec, part, generation, before));
          gate = createGate({ feeders, fence: publisher.fence, hand: lane.take });
          gates.set(name, gate);
        }
        return gate;
      },
      end(name) {
        gates.get(name)?.stop();
        gates.delete(name);
      },
    };
  }

  return {
    async start() {
      for (const { trigger, fn } of service.bindings) {
        if (trigger.kind !== 'queue') continue;
        const spec = service.queues.find(each => each.name === trigger.queue);
        if (!spec) throw new Error(`${service.name} consumes ${trigger.queue}, which it does not name`);
        const { size, text: mostText } = trigger.batch;
        const coalescer = createBatchCoalescer({ fn, size, mostText, runBatch, metrics });
        const bound: Bound = { spec, trigger, fn, coalescer };
        await consume(bound, physicalQueues(spec));
        const known = generations.get(spec.name);
        if (known) follow(bound, known);
      }
      if (service.bindings.some(({ trigger }) => trigger.kind === 'queue')) {
        metrics.watchQueues(() => queues.depths(consumed));
      }
    },
    async stop() {
      stopped = true;
      await Promise.all(stops.map(stop => stop()));
    },
  };
}

interface Bound extends Pick<Parameters<typeof createLane>[0], 'fn' | 'coalescer'> {
  readonly spec: QueueSpec;
  readonly trigger: QueueTrigger;
}

interface Gates {
  /** The gate before a lane. */
  before(queue: string, lane: Lane): Gate;
  /** It is another lane's from now on, which gets another gate. */
  end(queue: string): void;
}
