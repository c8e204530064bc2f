/**
 * Makes Node's own timers, clocks and randomness those of a simulation while it runs, and gives them back after.
 * Everything that the system does at some time or by chance goes through these, so a seed decides all of it.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Scheduler, Task } from './scheduler.js';

/** Virtual time begins at this moment. */
export const EPOCH = Date.UTC(2026, 0, 1);
const LONGEST_MS = 2 ** 31 - 1;

/** What Node's timers return, as far as anybody uses it. */
class Timer {
  constructor(public task: Task) {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

export async function within<Result>(scheduler: Scheduler, work: () => Promise<Result>): Promise<Result> {
  const { chance } = scheduler;

  const setTimeout = (run: (...args: unknown[]) => void, ms = 1, ...args: unknown[]): Timer => {
    const delay = ms >= 1 && ms <= LONGEST_MS ? ms : 1;
    const late = chance.between(0, 0.5);
    return new Timer(scheduler.after(delay + late, scheduler.owner(), 'timer', () => run(...args)));
  };
  const setInterval = (run: (...args: unknown[]) => void, ms: number, ...args: unknown[]): Timer => {
    const again = (): Task =>
      scheduler.after(ms, scheduler.owner(), 'interval', () => {
        timer.task = again();
        run(...args);
      });
    const timer = new Timer(again());
    return timer;
  };
  const setImmediate = (run: (...args: unknown[]) => void, ...args: unknown[]): Timer =>
    new Timer(scheduler.after(0, scheduler.owner(), 'immediate', () => run(...args)));
  const clear = (timer?: Timer): void => {
    if (timer instanceof Timer) timer.task.cancelled = true;
  };
  const sleep = (ms: number, value?: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }, ms);
      const abort = (): void => {
        clear(timer);
        reject(new Error('aborted'));
      };
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
    });
  const randomBytes = (size: number): Buffer => Buffer.from(Array.from({ length: size }, () => chance.below(256)));

  const restore = [
    replace(globalThis, { setTimeout, setInterval, setImmediate }),
    replace(globalThis, { clearTimeout: clear, clearInterval: clear, clearImmediate: clear }),
    replace(Math, { random: chance.next }),
    replace(Date, { now: () => EPOCH + Math.floor(scheduler.now()) }),
    replace(performance, { now: scheduler.now }),
    replace(timers, { setTimeout: sleep }),
    replace(crypto, { randomBytes, randomUUID: () => uuid(randomBytes(16)) }),
  ];
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    for (const back of restore) back();
    syncBuiltinESMExports();
  }
}

export function uuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20].map((from, i, all) => hex.slice(from, all[i + 1] ?? 32)).join('-');
}

function replace(target: object, by: Record<string, unknown>): () => void {
  const before = Object.keys(by).map(name => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  for (const [name, value] of Object.entries(by)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  };
}
