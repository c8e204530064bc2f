/**
 * Questions of one kind that come up together are asked together: a statement costs far more than a row. When there is
 * little to ask, each is asked at once; when thousands come at a time, they wait for the statements that are under way,
 * and then go in one. An answer is never older than its question: none joins a statement that has begun.
 */

import { Failure } from '../../runtime/contract/failure.js';

/** Statements of one kind under way: the second is for what comes up while the first is slow. */
const AT_ONCE = 2;
/** Questions in one statement at most, so that none waits for too many others. */
const MOST = 200;

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * `ask` answers each question, in their order. When it rejects, each is asked alone, so that a bad one harms no other; but
 * when the database is away, it is away for all of them.
 */
export function gathered<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  most = MOST,
): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;

  async function answer(some: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await ask(some.map(({ question }) => question));
      for (const [at, { resolve }] of some.entries()) resolve(answers[at] as Answer);
    } catch (thrown) {
      if (some.length > 1 && Failure.from(thrown).code !== 'unavailable') {
        for (const each of some) await answer([each]);
      } else for (const { reject } of some) reject(thrown);
    }
  }

  async function go(): Promise<void> {
    // Whoever asks several things in one go is still asking.
    await Promise.resolve();
    for (let some = waiting.splice(0, most); some.length > 0; some = waiting.splice(0, most)) await answer(some);
    underWay -= 1;
  }

  return question =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (underWay === AT_ONCE) return;
      underWay += 1;
      void go();
    });
}
