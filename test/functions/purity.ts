/**
 * Runs a function twice on the same event, the same context and the same answers of its ports, all of them frozen.
 * A pure function gives the same outcome, or the same failure, after the same calls, and leaves its input alone.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller } from '../../runtime/contract/caller.js';
import type { Event } from '../../runtime/contract/event.js';
import type { Failure } from '../../runtime/contract/failure.js';
import type { AnyFunction, Context } from '../../runtime/contract/function.js';
import type { Settled } from '../../runtime/contract/outcome.js';
import { testContext, testEvent, uuid } from '../../runtime/testing/context.js';
import { deepFreeze } from '../support/deepFreeze.js';
import { failureOf } from '../support/failure.js';
import { validInput } from './arbitrary.js';
import { fakePorts, type PortCall } from './fakePorts.js';
import { aMoment, anId } from './models.js';

export interface Scenario {
  readonly seed: number;
  readonly now: number;
  readonly caller: Caller | undefined;
  readonly items: readonly unknown[];
  readonly answer: Pick<Settled, 'answer'>;
}

export type Run = { readonly calls: readonly PortCall[] } & (
  | { readonly outcome: unknown }
  | { readonly failure: Failure }
);

const aConnection = fc
  .tuple(anId, fc.func(fc.boolean()))
  .map(([id, inRoom]) => ({ id, inRoom: (room: string) => inRoom(room) }));

const aCaller: fc.Arbitrary<Caller> = fc.record(
  { userId: anId, sessionId: anId, expiresAt: aMoment, connection: aConnection },
  { requiredKeys: ['userId', 'sessionId', 'expiresAt'] },
);

export interface Given {
  /** Default: whatever the schema accepts. */
  readonly input?: fc.Arbitrary<unknown>;
  /** To a publication that asked for one; default: none. */
  readonly answer?: fc.Arbitrary<unknown>;
}

export async function checkPurity(fn: AnyFunction, given?: Given): Promise<void> {
  const twice = async (each: Scenario) => deepStrictEqual(await run(fn, each), await run(fn, each));
  await fc.assert(fc.asyncProperty(scenario(fn, given), twice), { numRuns: 60 });
}

export function scenario(
  fn: AnyFunction,
  { input = validInput(fn.input), answer = fc.constant(undefined) }: Given = {},
): fc.Arbitrary<Scenario> {
  const mayLackCaller = fn.access === 'public' || fn.access === 'internal';
  return fc.record({
    seed: fc.integer(),
    now: aMoment,
    caller: mayLackCaller ? fc.option(aCaller, { nil: undefined }) : aCaller,
    items: fc.array(input, { minLength: 1, maxLength: fn.batch ? 6 : 1 }),
    answer: fc.option(answer, { nil: undefined }).map(given => (given === undefined ? {} : { answer: given })),
  });
}

export async function run(fn: AnyFunction, { seed, now, caller, items, answer }: Scenario): Promise<Run> {
  const { ports, calls } = fakePorts(seed);
  const context: Context = deepFreeze(testContext({ ports, now, ...(caller && { caller }) }));
  const events = deepFreeze(items.map((data, n) => testEvent(data, { id: uuid(500 + n) })));
  try {
    return { outcome: await invoke(fn, context, events, answer), calls };
  } catch (thrown) {
    return { failure: await failureOf(() => Promise.reject(thrown)), calls };
  }
}

async function invoke(fn: AnyFunction, context: Context, events: readonly Event[], answer: Pick<Settled, 'answer'>) {
  if (fn.batch) return fn.handle(context, events);
  const [event] = events;
  if (!event) throw new Error('a single function takes one event');
  const outcome = deepFreeze(await fn.handle(context, event));
  return { outcome, settled: await fn.settle?.(context, event, deepFreeze({ ...answer, outcome })) };
}
