/** What consumers ask of a broker, and what they do with what it hands over: of any queue, and of partitions that go and come. */
import { expect } from 'chai';
import Type from 'typebox';
import type { Queues } from '#runtime/contract/ports.js';
import type { QueueSpec } from '#runtime/contract/route.js';
import { type Binding, on } from '#runtime/contract/service.js';
import { http, queue } from '#runtime/contract/trigger.js';
import { createConsumers } from '#runtime/core/consumers.js';
import type { Generations } from '#runtime/core/generations.js';
import type { Generation } from '#runtime/core/partition-plan.js';
import { coalesceReplies } from '#runtime/core/replies.js';
import { type Deferred, deferred } from '#runtime/deferred.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { eventually } from '../../support/eventually.js';
import { silent } from '../../support/silent.js';
import { define, thingCame, workbench } from './workbench.js';

type Options = Parameters<Queues['consume']>[1];

const turn = () => new Promise(setImmediate);
const eventOf = (n: number) =>
  JSON.stringify({ specversion: '1.0', id: `${n}`, source: '/test', type: 'thing.v1', data: { n } });

/** Consumers at a broker that does what the test says, with a function that takes as long as the test wants. */
function bench(specs: readonly QueueSpec[], { size = 10, bound = specs, more = [] as readonly Binding[] } = {}) {
  const consumed: { readonly names: readonly string[]; readonly options: Options }[] = [];
  const hands = new Map<string, (n: number) => void>();
  const steps: string[] = [];
  const fences: { readonly queue: string; readonly wanted: () => boolean; readonly answer: Deferred<void> }[] = [];
  const probes: (() => Promise<unknown>)[] = [];
  const worked: number[] = [];
  let held: Deferred<void> | undefined;
  const queues = {
    async declare(physical: readonly { readonly name: string }[]) {
      steps.push(`declare ${physical.map(({ name }) => name)}`);
    },
    async consume(given: string | readonly string[], options: Options, onDelivery: Parameters<Queues['consume']>[2]) {
      const names = [given].flat();
      consumed.push({ names, options });
      for (const name of names) {
        hands.set(name, n => {
          const ack = () => void steps.push(`ack ${n}`);
          onDelivery({ body: eventOf(n), stale: false, ack, dead: async () => {} }, name);
        });
      }
      return { cancel: async () => void steps.push(`cancel ${names}`) };
    },
    depths: async (physical: readonly { readonly name: string }[]) => physical.map(({ name }) => name),
  } as unknown as Queues;
  const take = define.batch({
    ...{ name: 'take', summary: 'Takes.', access: 'nobody', needs: [], input: Type.Object({ n: Type.Number() }) },
    async handle(_context, events) {
      worked.push(...events.map(({ data }) => data.n));
      await held?.promise;
      return { items: events.map(() => ({ verdict: 'ok' as const })) };
    },
  });
  const { metrics, runBatch } = workbench();
  const known = generationsOf(specs[0] as QueueSpec);
  const consumers = createConsumers({
    service: {
      ...{ name: 'test', queues: specs },
      bindings: [...more, ...bound.map(spec => on(queue(spec, thingCame, { size }), take))],
    },
    generations: new Map([['moving', known]]),
    publisher: {
      fence(queue, wanted) {
        const answer = deferred<void>();
        fences.push({ queue, wanted, answer });
        return answer.promise;
      },
    },
    metrics: { ...metrics, watchQueues: probe => void probes.push(probe as () => Promise<unknown>) },
    ...{ queues, runBatch, sendReplies: coalesceReplies(memoryFanout()), log: silent },
  });
  return {
    ...{ consumers, consumed, steps, fences, probes, worked, become: known.become },
    hand: (name: string, n: number) => hands.get(name)?.(n),
    names: () => consumed.map(({ names }) => names),
    hold: () => {
      held = deferred();
      return held;
    },
  };
}

function generationsOf(spec: QueueSpec): Generations & { become(partitions: number): void } {
  const all: Generation[] = [];
  const looks: (() => void)[] = [];
  return {
    spec,
    current: () => all.at(-1),
    all: () => all,
    before: number => all.slice(0, number),
    closed: () => {},
    retireBefore: async () => {},
    watch(look) {
      looks.push(look);
      look();
    },
    stop: () => {},
    become(partitions) {
      all.push({ number: all.length, partitions, way: `way-${all.length}` });
      for (const look of looks) look();
    },
  };
}

const looking = define.single({
  ...{ name: 'look', summary: 'Looks.', access: 'anybody', needs: [], input: Type.Object({}) },
  handle: () => ({}),
});
const asked = [on(http.get('/things'), looking)] as readonly Binding[];

describe('consumers at a broker', () => {
  it('have a batch in hand and the next one, no fewer than an acknowledgement is worth, and no more than is due together', async () => {
    const prefetched = async (size: number, partitions: number) => {
      const { consumers, consumed } = bench([{ name: 'things', partitions }], { size });
      await consumers.start();
      const [{ options } = { options: undefined }] = consumed;
      return [options?.ordered, options?.prefetch, options !== undefined && 'release' in options];
    };
    expect(await prefetched(10, 0)).to.deep.equal([false, 128, false]);
    expect(await prefetched(100, 0)).to.deep.equal([false, 200, false]);
    expect(await prefetched(400, 0)).to.deep.equal([false, 500, false]);
    expect(await prefetched(100, 1)).to.deep.equal([true, 200, true]);
    expect(await prefetched(100, 8)).to.deep.equal([true, 63, true]);
  });

  it('consume the queues that are bound, and tell how deep these are, and nothing where there is none', async () => {
    const specs = [
      { name: 'others', partitions: 0 },
      { name: 'things', partitions: 2 },
      { name: 'letters', partitions: 0 },
    ];
    const two = bench(specs, { bound: specs.slice(1), more: asked });
    await two.consumers.start();
    expect(two.names()).to.deep.equal([['things.0', 'things.1'], ['letters']]);
    expect(two.probes).to.have.length(1);
    expect(await two.probes[0]?.()).to.deep.equal(['things.0', 'things.1', 'letters']);
    const none = bench(specs, { bound: [], more: asked });
    await none.consumers.start();
    expect([none.names(), none.probes]).to.deep.equal([[], []]);
  });

  it('refuse to start where a queue is bound that the service does not name', async () => {
    const { consumers } = bench([{ name: 'things', partitions: 0 }], { bound: [{ name: 'letters', partitions: 0 }] });
    const refused = await consumers.start().catch((error: Error) => error.message);
    expect(refused).to.equal('test consumes letters, which it does not name');
  });

  it('finish what is in hand and acknowledge it before they leave the broker, and come to nothing after that', async () => {
    const { consumers, steps, hold, hand, worked, consumed } = bench([{ name: 'things', partitions: 1 }]);
    const held = hold();
    await consumers.start();
    hand('things.0', 1);
    await eventually('it is worked on', () => worked.length === 1, { every: 1 });
    const stopped = consumers.stop();
    await turn();
    expect(steps).to.deep.equal([]);
    held.resolve();
    await stopped;
    expect(steps).to.deep.equal(['ack 1', 'cancel things.0']);
    await consumers.start();
    expect(consumed, 'started after that').to.have.length(1);
  });

  it('have finished a partition when they release it, and work on it anew should it come back', async () => {
    const { consumers, consumed, steps, hold, hand, worked } = bench([{ name: 'things', partitions: 2 }]);
    const held = hold();
    await consumers.start();
    const { options } = consumed[0] ?? {};
    if (!options?.ordered) throw new Error('partitions are ordered');
    hand('things.0', 1);
    await eventually('it is worked on', () => worked.length === 1, { every: 1 });
    let released = false;
    const release = Promise.resolve(options.release?.(['things.0', 'elsewhere'])).then(() => {
      released = true;
    });
    await turn();
    expect(released).to.equal(false);
    held.resolve();
    await release;
    expect(steps).to.deep.equal(['ack 1']);
    hand('things.0', 2);
    await eventually('it is acknowledged', () => steps.includes('ack 2'), { every: 1 });
    await consumers.stop();
  });
});

describe('consumers of a number of partitions that changes', () => {
  const moving = [{ name: 'moving', partitions: 2 }];

  async function begun(...partitions: number[]) {
    const all = bench(moving);
    await all.consumers.start();
    for (const each of partitions) all.become(each);
    await eventually('all are consumed', () => all.consumed.length === partitions.length, { every: 1 });
    return all;
  }

  it('consume each generation as it becomes known, the first under the names that it has already', async () => {
    const { names, steps, become, consumers } = await begun(2, 4);
    expect(names()).to.deep.equal([
      ['moving.0', 'moving.1'],
      ['moving.1-0', 'moving.1-1', 'moving.1-2', 'moving.1-3'],
    ]);
    expect(steps).to.deep.equal(['declare moving.1-0,moving.1-1,moving.1-2,moving.1-3']);
    await consumers.stop();
    become(3);
    await turn();
    expect(steps.filter(step => step.startsWith('declare'))).to.have.length(1);
  });

  it('ask the partitions that may hold the same keys, once for what has come so far', async () => {
    const { fences, hand, worked, steps, consumers } = await begun(2, 4);
    hand('moving.1-3', 1);
    hand('moving.1-3', 2);
    hand('moving.1-2', 3);
    expect(fences.map(({ queue }) => queue)).to.deep.equal(['moving.1', 'moving.0']);
    hand('moving.0', 4);
    await eventually('the first generation waits for nobody', () => worked.includes(4), { every: 1 });
    fences[0]?.answer.resolve();
    await eventually('it goes on', () => steps.includes('ack 1'), { every: 1 });
    expect(worked).not.to.include(3);
    await consumers.stop();
  });

  it('want no answer any more for a partition that they release, nor for any when they stop', async () => {
    const { fences, hand, consumed, consumers } = await begun(2, 4);
    const { options } = consumed[1] ?? {};
    if (!options?.ordered) throw new Error('partitions are ordered');
    hand('moving.1-3', 1);
    hand('moving.1-2', 2);
    expect(fences.map(({ wanted }) => wanted())).to.deep.equal([true, true]);
    await options.release?.(['moving.1-3', 'moving.1-1']);
    expect(fences.map(({ wanted }) => wanted())).to.deep.equal([false, true]);
    hand('moving.1-3', 1);
    expect(
      fences.map(({ queue }) => queue),
      'it came back',
    ).to.deep.equal(['moving.1', 'moving.0', 'moving.1']);
    await consumers.stop();
    expect(fences.map(({ wanted }) => wanted())).to.deep.equal([false, false, false]);
  });
});
