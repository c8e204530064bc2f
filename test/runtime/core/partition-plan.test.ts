/** What the entries of a log come to, whoever wrote them in whichever order. */
import { expect } from 'chai';
import {
  MOST_PARTITIONS,
  NO_PLAN,
  planAfter,
  unretiredBefore,
  writeGeneration,
  writeRetired,
} from '#runtime/core/partition-plan.js';
import { feedersOf, partitionsOf, physicalQueueOf, physicalQueues } from '#runtime/core/partitions.js';
import { uuid } from '#runtime/testing/context.js';

const generation = (number: number, partitions: number, way = `way-${number}`) => ({ number, partitions, way });
const written = (number: number, partitions: number, way?: string) =>
  writeGeneration(generation(number, partitions, way));
const planOf = (...entries: string[]) => entries.reduce(planAfter, NO_PLAN);

describe('the plan of partitions', () => {
  it('has the generations in the order of the log, and of two that would be the same one the first', () => {
    const plan = planOf(written(0, 8), written(1, 32), written(1, 16, 'late'), written(2, 4), written(0, 3));
    expect(plan.generations).to.deep.equal([generation(0, 8), generation(1, 32), generation(2, 4)]);
  });

  it('is the same when it is read again from the beginning', () => {
    const entries = [written(0, 8), written(1, 32), writeRetired(1)];
    expect(entries.reduce(planAfter, planOf(...entries))).to.deep.equal(planOf(...entries));
  });

  it('leaves out what makes no sense, whoever put it there', () => {
    const nonsense = [
      '',
      'null',
      '7',
      '[]',
      '{}',
      '{"number":1}',
      'not JSON',
      writeRetired(5),
      writeRetired(1),
      writeRetired(0),
      writeRetired(-1),
    ];
    const odd = [0, -1, 1.5, MOST_PARTITIONS + 1, '8', null].map(partitions =>
      JSON.stringify({ number: 1, partitions, way: 'w' }),
    );
    const far = written(7, 8);
    const plan = planOf(written(0, 8));
    for (const entry of [...nonsense, ...odd, far, JSON.stringify({ number: 1, partitions: 8 })]) {
      expect(planAfter(plan, entry), entry).to.equal(plan);
    }
  });

  it('has each generation wait for those before it until they are retired', () => {
    const plan = planOf(written(0, 8), written(1, 32), written(2, 4));
    expect([0, 1, 2].map(number => unretiredBefore(plan, number).map(each => each.number))).to.deep.equal([
      [],
      [0],
      [0, 1],
    ]);
    const later = planAfter(plan, writeRetired(1));
    expect([0, 1, 2].map(number => unretiredBefore(later, number).map(each => each.number))).to.deep.equal([
      [],
      [],
      [1],
    ]);
    expect(unretiredBefore(planAfter(later, writeRetired(2)), 2)).to.deep.equal([]);
  });
});

describe('the partitions of a generation', () => {
  const chats = { name: 'chats', partitions: 8 };

  it('are the declared ones at first, with the names that they always had', () => {
    expect(partitionsOf(chats, generation(0, 8))).to.deep.equal(physicalQueues(chats));
    for (const key of ['', 'a', uuid(1)]) {
      expect(physicalQueueOf(chats, key, generation(0, 8))).to.equal(physicalQueueOf(chats, key));
    }
  });

  it('are queues of its own, which no other generation has', () => {
    const names = [generation(0, 8), generation(1, 32), generation(2, 8), generation(11, 8)].flatMap(each =>
      partitionsOf(chats, each).map(({ name }) => name),
    );
    expect(new Set(names).size).to.equal(56);
    expect(names).to.include.members(['chats.7', 'chats.1-31', 'chats.2-7', 'chats.11-0']);
  });

  it('are fed by all those that had their keys before, and by no others when one number divides the other', () => {
    for (const [from, to] of [
      [8, 32],
      [32, 4],
      [8, 8],
      [1, 7],
      [6, 4],
      [5, 3],
      [12, 256],
    ] as const) {
      const [before, now] = [generation(3, from), generation(4, to)];
      for (let key = 0; key < 500; key++) {
        const part = Number(physicalQueueOf(chats, uuid(key), now).split('-')[1]);
        expect(feedersOf(chats, part, now, before)).to.include(physicalQueueOf(chats, uuid(key), before));
      }
    }
    expect(feedersOf(chats, 13, generation(1, 32), generation(0, 8))).to.deep.equal(['chats.5']);
    expect(feedersOf(chats, 1, generation(1, 2), generation(0, 8))).to.deep.equal([
      'chats.1',
      'chats.3',
      'chats.5',
      'chats.7',
    ]);
  });
});
