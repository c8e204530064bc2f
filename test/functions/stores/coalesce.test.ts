import { expect } from 'chai';
import { coalesce } from '#functions/stores/coalesce.js';
import { Failure } from '#runtime/contract/failure.js';

/** Statements that end when the test says so. */
function statements() {
  const asked: (readonly number[])[] = [];
  const ends: { resolve(): void; reject(reason: unknown): void }[] = [];
  const twice = coalesce<number, number>(
    async questions => {
      asked.push(questions);
      await new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
      return questions.map(question => 2 * question);
    },
    { most: 3 },
  );
  return { asked, ends, twice };
}

const turn = () => new Promise(setImmediate);

describe('questions that come up together', () => {
  it('go in one statement, so many at most, and each gets its own answer', async () => {
    const { asked, ends, twice } = statements();
    const answers = Promise.all([1, 2, 3, 4, 5].map(twice));
    await turn();
    expect(asked).to.deep.equal([
      [1, 2, 3],
      [4, 5],
    ]);
    for (const end of ends) end.resolve();
    expect(await answers).to.deep.equal([2, 4, 6, 8, 10]);
  });

  it('go in statements of so much at most, those of one key once, and who asks for more alone', async () => {
    const asked: (readonly number[])[] = [];
    const options = { weigh: (question: number) => question, mostWeight: 10, keyOf: String };
    const half = coalesce<number, number>(async questions => {
      asked.push(questions);
      await turn();
      return questions.map(question => question / 2);
    }, options);
    expect(await Promise.all([4, 6, 4, 4, 90, 1, 6].map(half))).to.deep.equal([2, 3, 2, 2, 45, 0.5, 3]);
    expect(asked).to.deep.equal([[4, 6], [90], [1, 6]]);
  });

  it('wait for the statements under way, and never join one that has begun', async () => {
    const { asked, ends, twice } = statements();
    const answers: Promise<number>[] = [];
    for (const question of [1, 2, 3, 4]) {
      answers.push(twice(question));
      await turn();
    }
    expect(asked).to.deep.equal([[1], [2]]);
    ends[0]?.resolve();
    await turn();
    expect(asked).to.deep.equal([[1], [2], [3, 4]]);
    for (const end of ends) end.resolve();
    expect(await Promise.all(answers)).to.deep.equal([2, 4, 6, 8]);
  });

  it('go in two statements at a time, however many there were before', async () => {
    const { asked, ends, twice } = statements();
    const first = twice(1);
    await turn();
    ends[0]?.resolve();
    await first;
    for (const question of [2, 3, 4]) {
      void twice(question);
      await turn();
    }
    expect(asked).to.deep.equal([[1], [2], [3]]);
  });

  it('fail together, and those after them are asked all the same', async () => {
    const { asked, ends, twice } = statements();
    const failed = Promise.allSettled([1, 2].map(twice));
    await turn();
    ends[0]?.reject(new Failure('unavailable', 'away'));
    expect((await failed).map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    const after = twice(3);
    await turn();
    expect(asked.at(-1)).to.deep.equal([3]);
    ends[1]?.resolve();
    expect(await after).to.equal(6);
  });

  it('are asked alone when one of them cannot be answered, which is the only one to fail', async () => {
    const asked: (readonly number[])[] = [];
    const halved = coalesce<number, number>(async questions => {
      asked.push(questions);
      if (questions.some(question => question % 2)) throw new Error('not even');
      return questions.map(question => question / 2);
    });
    const answers = await Promise.allSettled([2, 3, 4].map(halved));
    expect(answers.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    expect(asked).to.deep.equal([[2, 3, 4], [2], [3], [4]]);
  });
});
