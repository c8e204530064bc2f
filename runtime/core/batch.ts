/**
 * Runs one function on the items of a queue or on CloudEvents from a trusted service, and gives each item its
 * resolution. An item that fails for good is found by splitting the batch, so that it never takes its neighbours along.
 */
import type { Event } from '../contract/event.js';
import { Failure } from '../contract/failure.js';
import type { AnyFunction } from '../contract/function.js';
import type { BatchOutcome, Outcome } from '../contract/outcome.js';
import { isFinal } from './codes.js';
import { asFailure, carryOut, contextFor, type Surroundings } from './invoker.js';
import { checkerOf } from './schema.js';

/** What became of one item. `failure` is what whoever waits for the item's reply is told. */
export type Resolution =
  | { readonly is: 'ok'; readonly reply?: unknown; readonly failure?: Failure }
  | { readonly is: 'dead'; readonly reason: string; readonly failure: Failure }
  | { readonly is: 'retry'; readonly reason: string; readonly afterMs?: number; readonly failure: Failure };

export type RunBatch = (fn: AnyFunction, events: readonly Event[]) => Promise<readonly Resolution[]>;

export function createBatchRunner(surroundings: Surroundings): RunBatch {
  const { publisher, fanout, metrics } = surroundings;

  async function handle(fn: AnyFunction, events: readonly Event[]): Promise<readonly Outcome[]> {
    const context = contextFor(surroundings);
    if (!fn.batch) {
      const event = events[0] as never;
      return [await carryOut(surroundings, fn, context, event, await fn.handle(context, event))];
    }
    const outcome: BatchOutcome = await fn.handle(context, events as never);
    if (outcome.items.length !== events.length) {
      throw new Error(`${fn.name} answered ${outcome.items.length} outcomes for ${events.length} items`);
    }
    const publish = [...(outcome.publish ?? []), ...outcome.items.flatMap(item => item.publish ?? [])];
    const emit = [...(outcome.emit ?? []), ...outcome.items.flatMap(item => item.emit ?? [])];
    if (publish.length) await publisher.publish(publish);
    if (emit.length) await fanout.emit(emit);
    return outcome.items;
  }

  async function attempt(fn: AnyFunction, events: readonly Event[]): Promise<readonly Resolution[]> {
    const end = metrics.duration.startTimer({ function: fn.name });
    try {
      const resolutions = (await handle(fn, events)).map(resolutionOf);
      metrics.invocations.inc({ function: fn.name, result: 'ok' });
      return resolutions;
    } catch (thrown) {
      const failure = asFailure(surroundings, fn, thrown);
      metrics.invocations.inc({ function: fn.name, result: failure.code });
      if (failure.code === 'unavailable' || failure.code === 'rate_limited' || events.length === 1) {
        return events.map(() => resolutionOfFailure(failure));
      }
      const middle = Math.ceil(events.length / 2);
      const first = await attempt(fn, events.slice(0, middle));
      // What comes after an item that must be tried again waits for it: the order of the queue holds.
      if (first.some(resolution => resolution.is === 'retry')) {
        const wait = new Failure('unavailable', 'an earlier item has to be tried again first');
        return [...first, ...events.slice(middle).map(() => resolutionOfFailure(wait))];
      }
      return [...first, ...(await attempt(fn, events.slice(middle)))];
    } finally {
      end();
    }
  }

  return async (fn, events) => {
    if (fn.batch) return attempt(fn, events);
    const resolutions: Resolution[] = [];
    for (const event of events) resolutions.push(...(await attempt(fn, [event])));
    return resolutions;
  };
}

/** Checks the event against the function's schema; undefined when it fits. */
export function misfit(fn: AnyFunction, event: Event): Failure | undefined {
  try {
    checkerOf(fn.input).check(event.data);
    return undefined;
  } catch (thrown) {
    return Failure.from(thrown);
  }
}

function resolutionOf({ verdict = 'ok', reply, failure }: Outcome): Resolution {
  if (verdict === 'ok') {
    return { is: 'ok', ...(reply !== undefined && { reply }), ...(failure && { failure }) };
  }
  if ('dead' in verdict) {
    return { is: 'dead', reason: verdict.dead, failure: failure ?? new Failure('invalid', verdict.dead) };
  }
  return {
    is: 'retry',
    reason: verdict.retry,
    failure: failure ?? new Failure('unavailable', verdict.retry),
    ...(verdict.afterMs !== undefined && { afterMs: verdict.afterMs }),
  };
}

function resolutionOfFailure(failure: Failure): Resolution {
  const { code, message: reason } = failure;
  if (isFinal(failure)) return { is: 'dead', reason: `${code}: ${reason}`, failure };
  return { is: 'retry', reason, failure, ...(failure.retryAfterMs !== undefined && { afterMs: failure.retryAfterMs }) };
}
