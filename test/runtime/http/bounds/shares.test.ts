/** What clients hold, shared out: so much for each, so much for all, and whoever holds the most gives way. */
import { expect } from 'chai';
import { Shares } from '#runtime/http/bounds/shares.js';

interface Thing {
  readonly name: string;
  size: number;
}

describe('shares', () => {
  const ended: string[] = [];
  beforeEach(() => void ended.splice(0));
  const thing = (name: string, size: number): Thing => ({ name, size });
  const shares = (each: number, all: number) =>
    new Shares<Thing>(
      { each, all },
      ({ name }) => ended.push(name),
      ({ size }) => size,
    );
  const settled = () => new Promise<void>(resolve => setImmediate(resolve));

  it('are refused beyond what one may hold, until that has become less by itself', () => {
    const held = shares(100, 1_000);
    const first = thing('first', 80);
    held.add('ann', first);
    expect(held.refuses('ann', 30)).to.equal('each');
    expect(held.refuses('bob', 30)).to.equal(undefined);
    first.size = 70;
    expect(held.refuses('ann', 30)).to.equal(undefined);
  });

  it('are refused beyond what all may hold to whoever would hold the most', () => {
    const held = shares(100, 100);
    held.add('ann', thing('of ann', 50));
    held.add('bob', thing('of bob', 50));
    expect(held.refuses('cid', 60)).to.equal('all');
    expect(ended).to.deep.equal([]);
  });

  it('are made room for by the largest, and of equals the oldest, of the one that holds the most', () => {
    const held = shares(100, 100);
    for (const name of ['old', 'new']) held.add('ann', thing(name, 40));
    held.add('bob', thing('of bob', 20));
    expect(held.refuses('cid', 10)).to.equal(undefined);
    expect(ended).to.deep.equal(['old']);
  });

  it('are made room for by nobody who holds little', () => {
    const held = shares(1_000, 100);
    held.add('ann', thing('of ann', 100));
    expect(held.refuses('bob', 1)).to.equal('all');
  });

  it('that grow beyond what one may hold lose the largest', async () => {
    const held = shares(100, 1_000);
    const [small, large] = [thing('small', 10), thing('large', 20)];
    for (const each of [small, large]) held.add('ann', each);
    large.size += 80;
    held.grew(large, 80);
    expect(ended, 'not while whoever told of it is at work').to.deep.equal([]);
    await settled();
    expect(ended).to.deep.equal(['large']);
    expect(held.has(large)).to.equal(false);
  });

  it('that grow beyond what all may hold are taken from whoever holds the most, and from no more than need be', async () => {
    const held = shares(100, 200);
    const growing = thing('of cid', 10);
    for (const [owner, name] of [
      ['ann', '1'],
      ['ann', '2'],
      ['bob', '3'],
      ['bob', '4'],
    ] as const)
      held.add(owner, thing(name, owner === 'ann' ? 48 : 46));
    held.add('cid', growing);
    growing.size += 10;
    held.grew(growing, 10);
    await settled();
    expect(ended).to.deep.equal(['1']);
  });

  it('do not count any more when they have shrunk, gone or passed to somebody else', async () => {
    const held = shares(100, 150);
    const [one, two] = [thing('one', 90), thing('two', 50)];
    held.add('a network', one);
    held.add('a network', two);
    held.pass(one, 'ann');
    expect(held.refuses('ann', 11)).to.equal('each');
    held.remove(one);
    held.remove(one);
    expect(held.refuses('ann', 100)).to.equal(undefined);
    two.size = 0;
    held.grew(two, 0);
    expect(held.refuses('bob', 100)).to.equal(undefined);
    await settled();
    expect(ended).to.deep.equal([]);
  });
});
