/**
 * Jobs in a process of their own, with limits of time and memory: for code that reads what strangers made, and may crash of
 * it, or take whatever there is. One job at a time; what is over a limit is killed and begun anew.
 */
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { limit } from '../limit.js';
import { type Child, ChildGone, type Limits, startChild } from './child.js';
import { residentBytes } from './memory.js';

/**
 * What a confined process runs, and within what.
 *
 * @example
 * import type { Confinement } from 'function-runtime/drivers/confined/confined';
 *
 * const confinement: Confinement = {
 *   module: new URL('./parser.js', import.meta.url),
 *   timeMs: 10_000,
 *   memoryBytes: 512 * 2 ** 20,
 *   heapBytes: 128 * 2 ** 20,
 *   maxWaiting: 64,
 *   log: { debug() {}, info() {}, warn() {}, error() {} },
 * };
 */
export interface Confinement extends Limits {
  /** Works off jobs: see `workOff`. */
  readonly module: URL;
  /** More jobs that wait are refused with Failure `unavailable`. */
  readonly maxWaiting: number;
  readonly log: Log;
}

/** A job on its way: what the child asks meanwhile is answered by `serve`, bytes also in `Pieces`; `use` may ask it about its result. */
interface Job<Result> {
  readonly job: unknown;
  serve(question: unknown): Promise<unknown>;
  use(result: unknown, ask: (question: unknown) => Promise<unknown>): Promise<Result>;
}

/**
 * Jobs in a child process, which is started when there are any.
 *
 * @example
 * import type { ConfinedProcess } from 'function-runtime/drivers/confined/confined';
 *
 * const pagesOf = (process: ConfinedProcess, pdf: Uint8Array) =>
 *   process.run({ job: pdf, serve: async () => undefined, use: async pages => Number(pages) });
 */
export interface ConfinedProcess {
  /**
   * Answers as `use` does. A job that brings its process down, or is over a limit, is given another one, and then refused
   * with Failure `invalid`: `use` may be called twice. Rejects with what `serve` rejects with, too.
   */
  run<Result>(job: Job<Result>): Promise<Result>;
  close(): Promise<void>;
}

const IDLE_MS = 60_000;
const ATTEMPTS = 2;

/**
 * Runs jobs in a child process within limits, one at a time.
 *
 * @example
 * import { type Confinement, confinedProcess } from 'function-runtime/drivers/confined/confined';
 *
 * const start = (confinement: Confinement) => confinedProcess(confinement);
 */
export function confinedProcess({ module, maxWaiting, log, ...limits }: Confinement): ConfinedProcess {
  const inTurn = limit(1, maxWaiting);
  let child: Child | undefined;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;

  async function converse<Result>(running: Child, { job, serve, use }: Job<Result>): Promise<Result> {
    let word = await running.exchange({ job });
    let failed: { error: unknown } | undefined;
    while ('ask' in word) {
      const answered = await serve(word.ask).then(
        answer => ({ answer }),
        (error: Error) => {
          failed ??= { error };
          return { refusal: error.message };
        },
      );
      word = await running.exchange(answered);
    }
    if (failed) throw failed.error;
    if ('refusal' in word) throw refusal(word.refusal, word.invalid);
    return use('result' in word ? word.result : undefined, async question => {
      const answer = await running.exchange({ ask: question });
      if ('refusal' in answer) throw refusal(answer.refusal, answer.invalid);
      return 'answer' in answer ? answer.answer : undefined;
    });
  }

  /** What it has taken and not given back is given back by its end. */
  async function endIfLarge(running: Child): Promise<void> {
    const bytes = running.pid === undefined ? undefined : await residentBytes(running.pid);
    if (bytes !== undefined && bytes > limits.memoryBytes / 2) running.end('it keeps too much memory');
  }

  return {
    run: job =>
      inTurn(async () => {
        clearTimeout(idle);
        let why = '';
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          if (closed) throw new Failure('unavailable', 'this process is about to end');
          if (!child || child.isGone()) child = startChild(module, limits);
          try {
            return await converse(child, job);
          } catch (error) {
            if (!(error instanceof ChildGone)) throw error;
            why = error.message;
            log.warn({ why, attempt }, 'a confined process was ended');
          } finally {
            await endIfLarge(child);
            idle = setTimeout(() => child?.end('nothing to do'), IDLE_MS);
            idle.unref();
          }
        }
        throw new Failure('invalid', `this cannot be read: ${why}`);
      }),
    async close() {
      closed = true;
      clearTimeout(idle);
      child?.end('closed');
      await child?.exited;
    },
  };
}

const refusal = (why: string, invalid: boolean): Error =>
  invalid ? new Failure('invalid', why) : new Error(`a confined job failed: ${why}`);
