/** Generations in which nothing is left, and how everybody comes to know. */
import { expect } from 'chai';
import type { Generation } from '#runtime/core/partition-plan.js';
import { createRetirement } from '#runtime/core/retirement.js';
import { type Deferred, deferred } from '#runtime/deferred.js';
import { eventually } from '../../support/eventually.js';

const SOON = { leastMs: 1, spreadMs: 1 };
const LATER = { leastMs: 30, spreadMs: 20 };
/** Node's timers go off up to so much before their time. */
const EARLY_MS = 1;

function bench(partitions: readonly number[], times = SOON) {
  const fences: { queue: string; wanted: () => boolean; answer: Deferred<void> }[] = [];
  const retired: number[] = [];
  let all: readonly Generation[] = partitions.map((each, number) => ({
    number,
    partitions: each,
    way: `way-${number}`,
  }));
  let least = 0;
  let look = (): void => {};
  let refusals = 0;
  const retirement = createRetirement({
    generations: {
      spec: { name: 'things', partitions: 2 },
      current: () => all.at(-1),
      before: number => all.slice(least, number),
      async retireBefore(number) {
        if (refusals-- > 0) throw new Error('no broker');
        retired.push(number);
        least = number;
      },
      watch(watcher) {
        look = watcher;
        watcher();
      },
    },
    fence(queue, wanted) {
      const answer = deferred<void>();
      fences.push({ queue, wanted, answer });
      return answer.promise;
    },
    times,
  });
  return {
    ...{ retirement, fences, retired },
    asked: (count: number) => eventually(`${count} fences`, () => fences.length === count, { every: 1 }),
    queues: () => fences.map(({ queue }) => queue),
    come: (...which: number[]) => {
      for (const at of which) fences[at]?.answer.resolve();
    },
    wanted: () => fences.map(({ wanted }) => wanted()),
    become(each: number) {
      all = [...all, { number: all.length, partitions: each, way: '' }];
      look();
    },
    /** There is news of another kind. */
    look: () => look(),
    /** Somebody else was first. */
    retiredBefore(number: number) {
      least = number;
      look();
    },
    refuse(times: number) {
      refusals = times;
    },
  };
}

const retires = (retired: readonly number[]) => eventually('it', () => retired.length > 0, { every: 1 });
/** As many turns of the event loop as a timer would need to go off, and more. */
async function turns(): Promise<void> {
  for (const until = performance.now() + 20; performance.now() < until; ) await new Promise(setImmediate);
}

describe('the retirement of generations', () => {
  it('comes when a fence has come through every queue of all that there were', async () => {
    const { retired, asked, queues, come } = bench([2, 1, 3]);
    await asked(3);
    expect(queues()).to.deep.equal(['things.0', 'things.1', 'things.1-0']);
    come(0, 2);
    await turns();
    expect(retired).to.deep.equal([]);
    come(1);
    await retires(retired);
    await turns();
    expect(retired).to.deep.equal([2]);
    expect(queues()).to.have.length(3);
  });

  it('does not come where there was none before, or all are retired', async () => {
    const { fences, retiredBefore, become } = bench([2]);
    await turns();
    become(3);
    retiredBefore(1);
    await turns();
    expect(fences).to.deep.equal([]);
    expect(bench([]).fences).to.deep.equal([]);
  });

  it('is not thought of before the time, and put off by no news', async () => {
    const beganAt = performance.now();
    const { asked, look } = bench([1, 1], LATER);
    const news = setInterval(look, 1);
    await asked(1);
    clearInterval(news);
    expect(performance.now() - beganAt).to.be.at.least(LATER.leastMs - EARLY_MS);
  });

  it('leaves it to the next generation, which waits for the former ones as well', async () => {
    const { retired, asked, queues, come, become, wanted } = bench([1, 2]);
    await asked(1);
    expect(wanted()).to.deep.equal([true]);
    become(1);
    expect(wanted()).to.deep.equal([false]);
    come(0);
    await asked(4);
    expect(queues().slice(1)).to.deep.equal(['things.0', 'things.1-0', 'things.1-1']);
    expect(retired).to.deep.equal([]);
    come(1, 2, 3);
    await retires(retired);
    expect(retired).to.deep.equal([2]);
  });

  it('is tried again where the log did not take it', async () => {
    const { retired, asked, come, refuse } = bench([1, 1]);
    refuse(1);
    await asked(1);
    come(0);
    await asked(2);
    come(1);
    await retires(retired);
  });

  it('is said once, by whoever is first', async () => {
    const { retired, asked, come, retiredBefore, wanted } = bench([1, 1]);
    await asked(1);
    retiredBefore(1);
    expect(wanted()).to.deep.equal([false]);
    come(0);
    await turns();
    expect(retired).to.deep.equal([]);
  });

  it('is not thought of any more when it is stopped', async () => {
    const { retirement, retired, asked, come, wanted, become, fences } = bench([1, 1]);
    await asked(1);
    retirement.stop();
    expect(wanted()).to.deep.equal([false]);
    become(1);
    come(0);
    await turns();
    expect(retired).to.deep.equal([]);
    expect(fences).to.have.length(1);
    const early = bench([1, 1]);
    early.retirement.stop();
    await turns();
    expect(early.fences).to.deep.equal([]);
  });
});
