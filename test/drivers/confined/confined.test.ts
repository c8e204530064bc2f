/** What a confined child asks while it works. */
import { expect } from 'chai';
import { confinedProcess } from '#runtime/drivers/confined/confined.js';
import { failureOf } from '../../support/failure.js';
import { silent } from '../../support/silent.js';

describe('a confined process', () => {
  const process = confinedProcess({
    module: new URL('./asker.js', import.meta.url),
    ...{ timeMs: 30_000, memoryBytes: 256 * 2 ** 20, heapBytes: 64 * 2 ** 20, maxWaiting: 8, log: silent },
  });
  after(() => process.close());

  /** What came of it, and what was asked, in order; no two at a time. */
  async function run(job: readonly string[]) {
    const asked: string[] = [];
    let open = 0;
    const result = process.run({
      job,
      async serve(question) {
        expect(++open, 'questions at once').to.equal(1);
        asked.push(String(question));
        await new Promise(resolve => setTimeout(resolve, 5));
        open--;
        if (question === 'bad') throw new Error('no answer to that');
        return `${question}!`;
      },
      use: async found => found,
    });
    return { asked, result };
  }

  it('may ask several things at once, which are answered in their order', async () => {
    const { asked, result } = await run(['a', 'b', 'c']);
    expect(await result).to.deep.equal(['a!', 'b!', 'c!']);
    expect(asked).to.deep.equal(['a', 'b', 'c']);
  });

  it('fails as the answer to one of them does, and hears the answers to the next job', async () => {
    const { result } = await run(['bad', 'b']);
    expect(String(await result.catch(thrown => thrown))).to.include('no answer to that');
    expect(await (await run(['d'])).result).to.deep.equal(['d!']);
  });

  it('that gives up while it asks is heard when that is answered, and asks nothing more', async () => {
    const { asked, result } = await run([]);
    expect(await failureOf(() => result)).to.include({ code: 'invalid', message: 'gives up' });
    expect(asked).to.have.length.below(2);
    expect(await (await run(['e'])).result).to.deep.equal(['e!']);
  });
});
