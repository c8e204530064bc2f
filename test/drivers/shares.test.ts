/** Shares of things, as each member finds them out alone. */
import { expect } from 'chai';
import fc from 'fast-check';
import { sharesOf } from '#runtime/drivers/amqp/shares.js';

const things = Array.from({ length: 24 }, (_, part) => `things.${part}`);
const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 12 });

describe('shares', () => {
  it('are even: no two differ by more than one', () => {
    fc.assert(
      fc.property(members, fc.integer({ min: 0, max: 24 }), (names, count) => {
        const shares = sharesOf(things.slice(0, count), names);
        expect(shares.size).to.equal(count);
        const sizes = names.map(name => [...shares.values()].filter(member => member === name).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).to.be.at.most(1);
      }),
    );
  });

  it('are the same for all members, in whatever order they know each other', () => {
    fc.assert(
      fc.property(members, names => {
        const shares = (order: readonly string[]) => [...sharesOf(things, order)].sort().join();
        expect(shares([...names].reverse())).to.equal(shares(names));
      }),
    );
  });

  it('of those that stay change little when one comes: about what the one who came has now', () => {
    const names = Array.from({ length: 6 }, (_, number) => `replica-${number}`);
    for (let have = 1; have < names.length; have++) {
      const [before, after] = [sharesOf(things, names.slice(0, have)), sharesOf(things, names.slice(0, have + 1))];
      const moved = things.filter(thing => before.get(thing) !== after.get(thing));
      expect(moved.length, `${have} to ${have + 1}`).to.be.at.most(2 * Math.ceil(things.length / (have + 1)));
    }
  });
});
