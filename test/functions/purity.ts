/**
 * Runs a function twice on the same event, the same context and the same answers of its ports, all of them frozen.
 * A pure function gives the same outcome, or the same failure, after the same calls, and leaves its input alone.
 */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller } from '#runtime/contract/caller.js';
import type { Event } from '#runtime/contract/event.js';
import type { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction, Context } from '#runtime/contract/function.js';
import type { BatchOutcome, BatchSettled, Outcome, Settled } from '#runtime/contract/outcome.js';
import type { RawRequest } from '#runtime/contract/raw.js';
import { MOST_SETTLES } from '#runtime/core/invoker.js';
import { testContext, testEvent, uuid } from '#runtime/testing/context.js';
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
  readonly reply: Pick<Settled, 'reply'>;
  readonly request: RawRequest | undefined;
}

export type Run = { readonly calls: readonly PortCall[] } & (
  | { readonly outcome: readonly (Outcome | BatchOutcome)[] }
  | { readonly failure: Failure }
);

const aConnection = fc
  .tuple(anId, fc.func(fc.boolean()))
  .map(([id, inRoom]) => ({ id, inRoom: (room: string) => inRoom(room) }));

const aCaller: fc.Arbitrary<Caller> = fc.record(
  { userId: anId, sessionId: anId, expiresAt: aMoment, connection: aConnection },
  { requiredKeys: ['userId', 'sessionId', 'expiresAt'] },
);

/** Ports are given it, and take none of it. */
const NOTHING = { type: 'application/octet-stream', length: 0, bytes: {} as AsyncIterable<Uint8Array> };

/** `input` defaults to whatever the schema accepts, `answer` (to a publication that asked for one) to none. */
export interface Given {
  readonly input?: fc.Arbitrary<unknown>;
  readonly reply?: fc.Arbitrary<unknown>;
  /** Of a raw route. */
  readonly request?: fc.Arbitrary<RawRequest>;
  /** Where the ports answer differently to who owns something. */
  readonly caller?: fc.Arbitrary<Caller>;
}

type GivenOrNot = Omit<Given, 'request'> & { readonly request?: fc.Arbitrary<RawRequest | undefined> };

export async function checkPurity(fn: AnyFunction, given?: Given): Promise<void> {
  const twice = async (each: Scenario) => deepStrictEqual(await run(fn, each), await run(fn, each));
  await fc.assert(fc.asyncProperty(scenario(fn, given), twice), { numRuns: 60 });
}

/** What the function emits and publishes in scenarios that are always the same ones: enough to come by everything it can say. */
export async function saidBy(fn: AnyFunction, given?: Given): Promise<{ emits: string[]; publishes: string[] }> {
  const emits = new Set<string>();
  const publishes = new Set<string>();
  function hear({ emit = [], publish = [] }: Pick<Outcome, 'emit' | 'publish'>): void {
    for (const emission of emit) if ('send' in emission) emits.add(emission.send);
    for (const { type } of publish) publishes.add(type);
  }
  for (const each of fc.sample(scenario(fn, given), { numRuns: 200, seed: 1 })) {
    const told = await run(fn, each);
    if ('outcome' in told) for (const outcome of told.outcome) hear(outcome);
  }
  return { emits: [...emits].sort(), publishes: [...publishes].sort() };
}

export function scenario(
  fn: AnyFunction,
  {
    input = validInput(fn.input),
    reply = fc.constant(undefined),
    request = fc.constant(undefined),
    caller = aCaller,
  }: GivenOrNot = {},
): fc.Arbitrary<Scenario> {
  const mayLackCaller = fn.access === 'public' || fn.access === 'internal';
  return fc.record({
    seed: fc.integer(),
    now: aMoment,
    caller: mayLackCaller ? fc.option(caller, { nil: undefined }) : caller,
    items: fc.array(input, { minLength: 1, maxLength: fn.batch ? 6 : 1 }),
    reply: fc.option(reply, { nil: undefined }).map(given => (given === undefined ? {} : { reply: given })),
    request,
  });
}

export async function run(fn: AnyFunction, { seed, now, caller, items, reply, request }: Scenario): Promise<Run> {
  const { ports, calls } = fakePorts(seed);
  const context: Context = deepFreeze(
    testContext({ ports, now, ...(caller && { caller }), ...(request && { request, body: NOTHING }) }),
  );
  const events = deepFreeze(items.map((data, n) => testEvent(data, { id: uuid(500 + n) })));
  try {
    return { outcome: (await invoke(fn, context, events, reply)).map(comparable), calls };
  } catch (thrown) {
    return { failure: await failureOf(() => Promise.reject(thrown)), calls };
  }
}

/** Bytes that are read when they are wanted are the same where the same is asked for them. */
function comparable(outcome: Outcome | BatchOutcome): Outcome | BatchOutcome {
  if (!('content' in outcome) || !outcome.content || !('read' in outcome.content)) return outcome;
  const { read, ...content } = outcome.content;
  read(0, content.length);
  return { ...outcome, content: content as never };
}

/** The outcome, and what came of it: the items of a batch, the further outcomes of a function that settles. */
async function invoke(fn: AnyFunction, context: Context, events: readonly Event[], reply: Pick<Settled, 'reply'>) {
  if (fn.batch) {
    const outcome = deepFreeze(await fn.handle(context, events));
    const settled: BatchSettled[] = [];
    for (let last: BatchSettled = outcome; fn.settle && settled.length < MOST_SETTLES; ) {
      last = deepFreeze(await fn.settle(context, events, last));
      settled.push(last);
      if (!last.unsettled) break;
    }
    return [outcome, ...outcome.items, ...settled];
  }
  const [event] = events;
  if (!event) throw new Error('a single function takes one event');
  const outcome = deepFreeze(await fn.handle(context, event));
  const outcomes = [outcome];
  for (let last = outcome; fn.settle && outcomes.length <= MOST_SETTLES; ) {
    last = deepFreeze(await fn.settle(context, event, deepFreeze({ ...reply, outcome: last })));
    outcomes.push(last);
    if (!last.unsettled) break;
  }
  return outcomes;
}
