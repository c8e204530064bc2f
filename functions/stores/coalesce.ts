/**
 * Questions of one kind that come up together are asked together: a statement costs far more than a row. When there is
 * little to ask, each is asked at once; when thousands come at a time, they wait for the statements that are under way,
 * and then go in one. An answer is never older than its question: none joins a statement that has begun.
 */

import { Failure } from 'function-runtime';

/** Statements of one kind under way: the second is for what comes up while the first is slow. */
const AT_ONCE = 2;
/** Questions in one statement at most, so that none waits for too many others. */
const MOST = 200;

export interface CoalesceOptions<Question> {
  /** Questions in one statement at most. Default: 200. */
  readonly most?: number;
  /** What the answer comes to, so that statements have answers of `mostWeight` at most, but for one that is more by itself. */
  readonly weigh?: (question: Question) => number;
  readonly mostWeight?: number;
  /** Questions of one key in one statement are asked once. Default: each is one. */
  readonly keyOf?: (question: Question) => string;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * `ask` answers each question, in their order. When it rejects, each is asked alone, so that a bad one harms no other; but
 * when the database is away, it is away for all of them.
 */
export function coalesce<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  { most = MOST, weigh = () => 0, mostWeight = 0, keyOf }: CoalesceOptions<Question> = {},
): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;

  /** The first that waits, and as many of the others as go with it in one statement. */
  function together(): readonly Waiting<Question, Answer>[] {
    const keys = new Set<unknown>();
    let weight = 0;
    const over = waiting.findIndex(({ question }, at) => {
      const key = keyOf ? keyOf(question) : at;
      if (keys.has(key)) return false;
      keys.add(key);
      weight += weigh(question);
      return at > 0 && (keys.size > most || weight > mostWeight);
    });
    return waiting.splice(0, over === -1 ? waiting.length : over);
  }

  async function answer(some: readonly Waiting<Question, Answer>[]): Promise<void> {
    const alike = new Map<unknown, Waiting<Question, Answer>[]>();
    for (const [at, each] of some.entries()) {
      const key = keyOf ? keyOf(each.question) : at;
      const found = alike.get(key);
      if (found) found.push(each);
      else alike.set(key, [each]);
    }
    const groups = [...alike.values()];
    try {
      const answers = await ask(groups.map(([first]) => (first as Waiting<Question, Answer>).question));
      for (const [at, group] of groups.entries()) for (const { resolve } of group) resolve(answers[at] as Answer);
    } catch (thrown) {
      if (groups.length > 1 && Failure.from(thrown).code !== 'unavailable') {
        for (const group of groups) await answer(group);
      } else for (const { reject } of some) reject(thrown);
    }
  }

  async function go(): Promise<void> {
    // Whoever asks several things in one go is still asking.
    await Promise.resolve();
    for (let some = together(); some.length > 0; some = together()) await answer(some);
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
