import { expect } from 'chai';
import { chunkTurns } from '#runtime/http/bytes/chunk-turns.js';

describe('chunks of files', () => {
  const turn = () => new Promise(resolve => setImmediate(resolve));

  it('go on at once while few do, and then so many in each turn of the event loop, in their order', async () => {
    const mayGoOn = chunkTurns(2);
    const gone: number[] = [];
    const go = async (chunk: number) => {
      await mayGoOn();
      gone.push(chunk);
    };
    expect(mayGoOn()).to.equal(undefined);
    expect(mayGoOn()).to.equal(undefined);
    const all = Promise.all([1, 2, 3].map(go));
    expect(gone).to.deep.equal([]);
    await turn();
    expect(gone).to.deep.equal([1, 2]);
    await turn();
    expect(gone).to.deep.equal([1, 2, 3]);
    await all;
  });

  it('that come later find the turn of those who wait taken', async () => {
    const mayGoOn = chunkTurns(1);
    mayGoOn();
    const [first, second] = [mayGoOn(), mayGoOn()];
    await first;
    expect(mayGoOn(), 'the turn is the first one’s').not.to.equal(undefined);
    await second;
  });
});
