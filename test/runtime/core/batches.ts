/** Batches of things, for tests of what becomes of each. */
import Type from 'typebox';
import type { Event } from '#runtime/contract/event.js';
import type { AnyFunction } from '#runtime/contract/function.js';
import type { BatchOutcome } from '#runtime/contract/outcome.js';
import type { Resolution, RunBatch } from '#runtime/core/batch.js';
import { testEvent } from '#runtime/testing/context.js';
import { define } from './workbench.js';

const Thing = Type.Object({ n: Type.Integer() });
export const things = (...numbers: number[]): readonly Event[] => numbers.map(n => testEvent({ n }));

export const common = { access: 'nobody', needs: [], emits: ['told'], summary: 'Works.', input: Thing } as const;

/** A batch function; each batch that it was given, also those that it threw on. */
export function batches(act: (numbers: readonly number[]) => BatchOutcome<unknown, 'told', never> | undefined) {
  const given: number[][] = [];
  const fn = define.batch({
    ...{ ...common, name: 'work', output: { ok: Type.Unknown() } },
    handle: (_, events) => {
      const numbers = events.map(event => event.data.n);
      given.push(numbers);
      return act(numbers) ?? { items: numbers.map(n => ({ reply: n })) };
    },
  });
  return { fn, given };
}

/** What takes long makes way, and the rest is given again, as a lane does. */
export async function untilAll(
  runBatch: RunBatch,
  fn: AnyFunction,
  events: readonly Event[],
): Promise<readonly Resolution[]> {
  const resolutions: Resolution[] = [];
  while (resolutions.length < events.length && resolutions.at(-1)?.is !== 'retry') {
    resolutions.push(...(await runBatch(fn, events.slice(resolutions.length))));
  }
  return resolutions;
}

export const short = (resolutions: readonly Resolution[]) =>
  resolutions.map(each => (each.is === 'ok' ? 'ok' : `${each.is} ${each.failure.code}: ${each.reason}`));
