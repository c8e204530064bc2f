import { expect } from 'chai';
import { coalesceReplies } from '#runtime/core/replies.js';

describe('replies', () => {
  it('of one moment go together to each process that waits, in their order', async () => {
    const sent: unknown[] = [];
    const reply = coalesceReplies({ reply: (...told) => sent.push(told) });
    const lanes = [1, 2, 3].map(async lane => {
      for (let turns = 0; turns < lane; turns++) await undefined;
      reply('one', [{ id: `${lane}a`, reply: null }]);
      if (lane === 2) reply('two', [{ id: `${lane}b`, reply: null }]);
    });
    await Promise.all(lanes);
    await new Promise(setImmediate);
    reply('one', [{ id: 'later', reply: null }]);
    await new Promise(setImmediate);
    const answers = (...ids: string[]) => ids.map(id => ({ id, reply: null }));
    expect(sent).to.deep.equal([
      ['one', answers('1a', '2a', '3a')],
      ['two', answers('2b')],
      ['one', answers('later')],
    ]);
  });
});
