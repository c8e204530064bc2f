/** Places for so many at a time. */
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import { places } from '#runtime/core/places.js';

const turn = () => new Promise(setImmediate);

describe('places', () => {
  it('are for so many, and whoever waits takes over what is given back, in the order of asking', async () => {
    const { take, give } = places(2);
    expect([take(), take()]).to.deep.equal([undefined, undefined]);
    const got: string[] = [];
    const wait = (name: string) => void take()?.then(() => got.push(name));
    wait('first');
    wait('second');
    await turn();
    expect(got).to.deep.equal([]);
    give();
    await turn();
    expect(got).to.deep.equal(['first']);
    give();
    await turn();
    expect(got).to.deep.equal(['first', 'second']);
    give();
    expect(take(), 'nobody waits: it was free').to.equal(undefined);
    wait('third');
    await turn();
    expect(got).to.have.length(2);
    give();
    give();
    await turn();
    expect(got).to.deep.equal(['first', 'second', 'third']);
    expect(take()).to.equal(undefined);
    expect(take(), 'as many as ever').to.be.instanceOf(Promise);
  });

  it('are waited for by so many at most, and the next one is told to come again', async () => {
    const { take, give } = places(1, 1);
    take();
    const waits = take();
    expect(() => take())
      .to.throw(Failure, 'too much at once')
      .with.property('code', 'unavailable');
    expect(() => take())
      .to.throw(Failure)
      .with.property('retryAfterMs', 5_000);
    give();
    await waits;
    expect(take(), 'there is room to wait again').to.be.instanceOf(Promise);
  });
});
