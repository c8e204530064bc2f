/** Queues that are worked off generation by generation. */
import { expect } from 'chai';
import Type from 'typebox';
import type { Queues } from '#runtime/contract/ports.js';
import { on } from '#runtime/contract/service.js';
import { queue } from '#runtime/contract/trigger.js';
import { createConsumers } from '#runtime/core/consumers.js';
import { createGenerations, partitionLog } from '#runtime/core/generations.js';
import { writeGeneration } from '#runtime/core/partition-plan.js';
import { partitionsOf } from '#runtime/core/partitions.js';
import { createPublisher } from '#runtime/core/publisher.js';
import { coalesceReplies } from '#runtime/core/replies.js';
import { targetsOf } from '#runtime/core/targets.js';
import { deferred } from '#runtime/deferred.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { eventually } from '../../support/eventually.js';
import { silent } from '../../support/silent.js';
import { define, thingCame, workbench } from './workbench.js';

const things = { name: 'things', partitions: 1 };

interface Seen {
  /** The queues that consumers have put fences into. */
  readonly fences: string[];
  /** Hands a message over, as a broker does that has not heard yet that nobody wants it any more. */
  readonly hands: Map<string, (body: string) => void>;
  cancelled: number;
}

/** Queues that a consumer is not there in before `there` resolves. */
function watched(queues: Queues, seen: Seen, there: Promise<void>): Queues {
  return {
    ...queues,
    publish(name, body, options) {
      if (options?.internal) seen.fences.push(name);
      return queues.publish(name, body, options);
    },
    async consume(names, options, onDelivery) {
      for (const name of [names].flat()) {
        const delivery = { stale: false, ack: () => {}, dead: async () => {} };
        seen.hands.set(name, body => onDelivery({ ...delivery, body }, name));
      }
      await there;
      const consumer = await queues.consume(names, options, onDelivery);
      return {
        async cancel() {
          seen.cancelled++;
          await consumer.cancel();
        },
      };
    },
  };
}

/** A consumer of a queue that has had so many generations, of one partition each, with an event left in each of those. */
async function bench(generations: number, left: readonly number[], there = Promise.resolve()) {
  const seen: Seen = { fences: [], hands: new Map(), cancelled: 0 };
  const memory = memoryQueues();
  const queues = watched(memory, seen, there);
  const { metrics, runBatch } = workbench();
  const fanout = memoryFanout();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const worked: number[] = [];
  const begins = deferred<void>();
  const take = define.batch({
    ...{ name: 'take', summary: 'Takes.', access: 'nobody', needs: [], input: Type.Object({ n: Type.Number() }) },
    async handle(_context, events) {
      await begins.promise;
      worked.push(...events.map(({ data }) => data.n));
      return { items: events.map(() => ({ verdict: 'ok' as const })) };
    },
  });
  for (let number = 0; number < generations; number++) {
    const generation = { number, partitions: 1, way: `way-${number}` };
    const [{ name = '' } = {}] = partitionsOf(things, generation);
    await memory.declare([{ name, ordered: true }]);
    await memory.append(partitionLog(things), writeGeneration(generation));
    if (!left.includes(number)) continue;
    const event = { specversion: '1.0', id: newId(), source: '/test', type: 'thing.v1', data: { n: number } };
    void memory.publish(name, JSON.stringify(event));
  }
  const known = createGenerations({ spec: things, queues, newId, log: silent });
  const targets = targetsOf({ name: 'test', queues: [things], routes: [] });
  const publisher = createPublisher({ queues, fanout, targets, source: '/test', newId, now: Date.now });
  const consumers = createConsumers({
    service: { name: 'test', queues: [things], bindings: [on(queue(things, thingCame), take)] },
    generations: new Map([[things.name, known]]),
    ...{ publisher, queues, runBatch, metrics, sendReplies: coalesceReplies(fanout), log: silent },
  });
  const started = consumers.start();
  return {
    ...{ seen, worked, started, begin: () => begins.resolve() },
    async stop() {
      known.stop();
      await consumers.stop();
    },
  };
}

describe('the consumers of a queue whose number of partitions has changed', () => {
  it('work off the generations in their order, and ask each former one once, however many there are', async () => {
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    const { seen, worked, begin, stop } = await bench(8, numbers);
    const { fences } = seen;
    const all = (8 * 7) / 2;
    await eventually('all of them ask', () => fences.length >= all, { every: 1 });
    expect(worked).to.deep.equal([]);
    begin();
    await eventually('all is done', () => worked.length === 8, { every: 1 });
    expect(worked).to.deep.equal(numbers);
    expect(fences).to.have.length(all);
    await stop();
    expect(seen.cancelled).to.equal(8);
  });

  it('wait for what is left in any former generation, though there is nothing in the one right before', async () => {
    const { seen, worked, begin, stop } = await bench(3, [0, 2]);
    await eventually('they ask', () => seen.fences.length >= 2, { every: 1 });
    expect(seen.fences).to.deep.equal(['things.0', 'things.1-0']);
    await new Promise(setImmediate);
    begin();
    await eventually('all is done', () => worked.length === 2, { every: 1 });
    expect(worked).to.deep.equal([0, 2]);
    await stop();
  });

  it('ask for nothing any more when they are stopped, whatever still comes', async () => {
    const { seen, stop } = await bench(2, []);
    const hand = await eventually('it consumes', () => seen.hands.get('things.1-0'), { every: 1 });
    await stop();
    hand('{}');
    expect(seen.fences).to.deep.equal([]);
  });

  it('leave a queue that they only come to when they are stopped', async () => {
    const there = deferred<void>();
    const { seen, started, stop } = await bench(1, [], there.promise);
    const stopped = stop();
    there.resolve();
    await Promise.all([started, stopped]);
    expect(seen.cancelled).to.equal(1);
  });
});
