/** The child's side: works off the jobs that its parent gives it, one after the other, and ends with it. */
import { blockingPipe, PIPE_FD, piecesOf, sizeOf } from './pipe.js';
import type { ChildWord, ParentWord } from './words.js';

/**
 * Says that it is the job's fault, in words that a person may read.
 *
 * @example
 * import { JobRefused } from 'function-runtime/drivers/confined/work';
 *
 * const refusal = new JobRefused('is no image');
 */
export class JobRefused extends Error {
  override readonly name = 'JobRefused';
}

/**
 * What comes of a job: `result` is told, and what the parent asks about it is answered until the next job.
 *
 * @example
 * import type { Done } from 'function-runtime/drivers/confined/work';
 *
 * const done: Done = { result: { pages: 2 }, answer: page => `page ${page}` };
 */
export interface Done {
  readonly result: unknown;
  readonly answer?: (question: unknown) => unknown;
}

/**
 * Works off the jobs of the process that started this one. `work` may ask its parent: its questions are put one after the
 * other, and one that nobody has put when the job has ended rejects.
 *
 * @example
 * import { workOff } from 'function-runtime/drivers/confined/work';
 *
 * workOff(async (job, ask) => ({ result: [job, await ask('what else?')] }));
 */
export function workOff(work: (job: unknown, ask: (question: unknown) => Promise<unknown>) => Promise<Done>): void {
  let answered: { resolve(answer: unknown): void; reject(error: Error): void } | undefined;
  let answer: Done['answer'];
  const pipe = blockingPipe(PIPE_FD);

  const say = (word: ChildWord): void => {
    // Whoever cannot be told is gone.
    process.send?.(word, undefined, undefined, error => error && process.exit());
  };
  const put = (question: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      answered = { resolve, reject };
      say({ ask: question });
    });
  function wordOf(answered: unknown): ChildWord {
    const pieces = piecesOf(answered);
    if (!pieces) return { answer: answered };
    pipe.write(pieces);
    return { bytes: sizeOf(pieces) };
  }
  async function reply(make: () => Promise<ChildWord>): Promise<void> {
    say(await make().catch((error: Error) => ({ refusal: error.message, invalid: error instanceof JobRefused })));
  }

  process.on('message', (word: ParentWord) => {
    if ('answer' in word) answered?.resolve(word.answer);
    else if ('bytes' in word) pipe.read(word.bytes).then(answered?.resolve, answered?.reject);
    else if ('refusal' in word) answered?.reject(new Error(word.refusal));
    else if ('ask' in word) void reply(async () => wordOf(await answer?.(word.ask)));
    else {
      answer = undefined;
      void reply(async () => {
        const { ask, end } = inTurn(put);
        const done = await work(word.job, ask).finally(end);
        answer = done.answer;
        return { result: done.result };
      });
    }
  });
  process.on('disconnect', () => process.exit());
  // A terminal's Ctrl-C reaches it as well: its parent finishes what it has in hand, and ends it.
  process.on('SIGINT', () => {});
  say({ ready: true });
}

/** A parent hears one word at a time, and libraries read ahead: who says another one before it was answered is not heard. */
function inTurn(put: (question: unknown) => Promise<unknown>) {
  let last: Promise<unknown> = Promise.resolve();
  let over = false;
  return {
    ask(question: unknown): Promise<unknown> {
      const asked = last.then(() => (over ? Promise.reject(new Error('the job has ended')) : put(question)));
      last = asked.catch(() => {});
      return asked;
    },
    /** Resolves when what was put is answered. */
    async end(): Promise<void> {
      over = true;
      await last;
    },
  };
}
