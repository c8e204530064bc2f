/** What a seed makes go wrong: always the same, everything in its turn, and together only what has nothing in common. */
import { expect } from 'chai';
import { faultsNamed } from '#tools/chaos/faults/all.js';
import { planner } from '#tools/chaos/plan.js';
import { seeded } from '#tools/chaos/random.js';

const ALL = faultsNamed('all');

const drawn = (seed: number, rounds: number) => {
  const next = planner(ALL, seeded(seed));
  return Array.from({ length: rounds }, next);
};

describe('the plan of a storm', () => {
  it('is the same for the same seed', () => {
    const told = (seed: number) =>
      JSON.stringify(
        drawn(seed, 100).map(({ lanes }) => lanes.flat().map(({ random, ...blow }) => [blow, random.next()])),
      );
    expect(told(3)).to.equal(told(3));
    expect(told(3)).not.to.equal(told(4));
  });

  it('lets nothing that has a part in common happen together', () => {
    for (const { lanes } of drawn(1, 500)) {
      const parts = lanes.flatMap(lane => [...new Set(lane.flatMap(({ fault }) => fault.parts))]);
      expect(parts).to.have.lengthOf(new Set(parts).size);
    }
  });

  it('lets each fault happen about as often as any other, and each in its time', () => {
    const blows = drawn(2, 400).flatMap(({ lanes }) => lanes.flat());
    const mean = blows.length / ALL.length;
    for (const fault of ALL) {
      const own = blows.filter(blow => blow.fault === fault);
      expect(own.length, fault.name).to.be.within(mean - 3, mean + 3);
      for (const { lastsMs } of own) expect(lastsMs).to.be.within(...fault.lasts);
    }
  });

  it('has rounds of one fault, of some at once and of some in turn', () => {
    const shapes = drawn(5, 200).map(({ shape, lanes }) => `${shape} ${lanes.length} ${lanes.flat().length}`);
    const members = ['alone 1 1', 'together 2 2', 'together 5 5', 'together 5 7', 'in turn 1 2', 'in turn 1 3'];
    expect(shapes).to.include.members(members);
  });
});
