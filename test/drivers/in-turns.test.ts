import { expect } from 'chai';
import { inTurns } from '#runtime/drivers/in-turns.js';

describe('work in turns', () => {
  it('does so many a turn, in their order, and lets others do something in between', async () => {
    const done: (number | 'other')[] = [];
    const turns = inTurns(2);
    for (let n = 1; n <= 5; n++) turns(() => done.push(n));
    expect(done).to.deep.equal([]);
    for (let turn = 0; turn < 3; turn++) {
      await new Promise(setImmediate);
      done.push('other');
    }
    expect(done).to.deep.equal([1, 2, 'other', 3, 4, 'other', 5, 'other']);
    turns(() => done.push(6));
    await new Promise(setImmediate);
    expect(done.at(-1)).to.equal(6);
  });
});
