/** However room is short, a client that follows its answers comes to the end, and misses no change of what it heard live. */
import { expect } from 'chai';
import fc from 'fast-check';
import { type Changed, reached, share } from '#functions/domain/sync-page.js';

/** A chat whose messages have these revs, 0 for none, and a client that holds the first ones as they were sent. */
const scene = fc.record({
  revs: fc
    .uniqueArray(fc.nat(60), { minLength: 1, maxLength: 40 })
    .chain(revs => fc.shuffledSubarray(revs.concat(revs.map(() => 0)), { minLength: 1 })),
  held: fc.nat(40),
  limit: fc.integer({ min: 1, max: 9 }),
  /** Of what is to come, some is cut off, as for its bytes. */
  cut: fc.nat(3),
});

function answer(revs: readonly number[], after: number, since: number, limit: number, cut: number) {
  const lastChange = Math.max(...revs, 0);
  const missing = revs.length - after;
  const room = Math.min(limit, missing + Math.min(lastChange - since, after));
  const rows = revs
    .map((rev, at): Changed => ({ seq: at + 1, rev, octets: 0 }))
    .filter(({ rev }) => rev > since)
    .sort((a, b) => a.rev - b.rev)
    .slice(0, room + 1);
  const endOf = (count: number) => (count === missing ? Infinity : after + count);
  const { take, changed } = share({ after, missing, room }, rows, endOf);
  // Messages come before those that changed, and one at least comes.
  const fits = Math.max(1, take + changed.length - cut);
  const [came, told] = [Math.min(take, fits), changed.slice(0, Math.max(0, fits - take))];
  const change = reached({ rows, until: lastChange }, after, endOf(came), told.at(-1)?.rev ?? since);
  return { room, take, changed, came, told, change, lastChange };
}

describe('a page of sync', () => {
  it('has room for all that it tells, and never names a change of a message that it leaves out', () => {
    fc.assert(
      fc.property(scene, fc.nat(60), ({ revs, held, limit, cut }, from) => {
        const after = Math.min(held, revs.length);
        const since = Math.min(from, Math.max(...revs, 0));
        const { room, take, changed, came, told, change } = answer(revs, after, since, limit, cut);
        expect(take + changed.length).to.be.at.most(room);
        const isIn = (seq: number) => (seq > after ? seq <= after + came : told.some(each => each.seq === seq));
        const leftOut = revs.filter((rev, at) => rev > since && !isIn(at + 1));
        expect(change).to.be.below(Math.min(...leftOut, Infinity));
        expect(change).to.be.at.least(since);
      }),
    );
  });

  it('brings a client to the end, with each message as it is now', () => {
    fc.assert(
      fc.property(scene, ({ revs, held, limit, cut }) => {
        const states = new Map(Array.from({ length: revs.length }, (_, at) => [at + 1, 0]));
        let [after, since] = [Math.min(held, revs.length), 0];
        for (let pages = 0; after < revs.length || since < Math.max(...revs); pages += 1) {
          expect(pages, 'it comes on').to.be.below(100);
          const { came, told, change } = answer(revs, after, since, limit, cut);
          for (let seq = after + 1; seq <= after + came; seq += 1) states.set(seq, revs[seq - 1] as number);
          for (const { seq, rev } of told) states.set(seq, rev);
          [after, since] = [after + came, change];
        }
        expect([...states.values()]).to.deep.equal(revs);
      }),
    );
  });

  it('tells what changed soon after it was sent about once, to who begins at the start', () => {
    // Of each five the first one changes after the others.
    const revs = Array.from({ length: 300 }, (_, at) => (at % 5 === 0 ? at + 5 : at));
    let [after, since, told] = [0, 0, 0];
    for (; after < 300 || since < 300; ) {
      const page = answer(revs, after, since, 20, 0);
      told += page.came + page.told.length;
      [after, since] = [after + page.came, page.change];
    }
    expect(told).to.be.within(300, 330);
  });
});
