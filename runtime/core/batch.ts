/**
 * Runs one function on the items of a queue or on CloudEvents from a trusted service, and gives each item its
 * resolution. An item that fails for good is found by splitting the batch, so that it never takes its neighbours along.
 */
import type { Event } from '../contract/event.js';
import { Failure } from '../contract/failure.js';
import type { AnyFunction } from '../contract/function.js';
import type { BatchOutcome, BatchSettled, Outcome } from '../contract/outcome.js';
import type { Step } from '../contract/ports.js';
import type { Span } from '../contract/tracer.js';
import { isFinal } from './codes.js';
import { emitAll } from './emit.js';
import { asFailure, carryOut, contextFor, type InvokerDependencies, MOST_SETTLES } from './invoker.js';
import { isTold, type Told } from './memberships.js';
import { checkerOf } from './schema.js';
import { type Destination, processSpans } from './spans.js';

/** What became of one item. `failure` is what whoever waits for the item's reply is told. */
export type Resolution = (
  | { readonly is: 'ok'; readonly reply?: unknown; readonly failure?: Failure }
  | { readonly is: 'dead'; readonly reason: string; readonly failure: Failure }
  | { readonly is: 'retry'; readonly reason: string; readonly afterMs?: number; readonly failure: Failure }
) & {
  /** Trace context of the work on it, where somebody watches. */
  readonly traceparent?: string;
};

/**
 * One resolution an event; or fewer: then it has not begun with the others, for what is done should not wait for them,
 * or what comes first has to be tried again before them. `from` is where the events come from; work on events from
 * nowhere, such as a timer's, is in no trace.
 */
export type RunBatch = (
  fn: AnyFunction,
  events: readonly Event[],
  from?: Destination,
) => Promise<readonly Resolution[]>;

/** How long events that are worked on one by one may take together, give or take one: about as long as nobody notices. */
const LONGEST_MS = 5;

type Traces = ReturnType<typeof processSpans>;
const UNTRACED: Traces = { spans: [], lead: undefined };

export function createBatchRunner(dependencies: InvokerDependencies): RunBatch {
  const { publisher, metrics, tracer } = dependencies;

  async function handle(
    fn: AnyFunction,
    events: readonly Event[],
    { spans, lead }: Traces,
  ): Promise<readonly Outcome[]> {
    const [only] = events.length === 1 ? events : [];
    const context = contextFor(dependencies, only);
    if (!fn.batch) {
      const event = (lead ? { ...only, traceparent: lead.traceparent } : only) as Event<never>;
      return [await carryOut(dependencies, fn, context, event, await fn.handle(context, event))];
    }
    const outcome: BatchOutcome = await fn.handle(context, events as never);
    if (outcome.items.length !== events.length) {
      throw new Error(`${fn.name} answered ${outcome.items.length} outcomes for ${events.length} items`);
    }
    const publish = [...(outcome.publish ?? [])];
    const memberships = [...(outcome.memberships ?? [])];
    const emit = [...(outcome.emit ?? [])];
    for (const item of outcome.items) {
      if (item.publish) publish.push(...item.publish);
      if (item.memberships) memberships.push(...item.memberships);
      if (item.emit) emit.push(...item.emit);
    }
    let facts: Promise<unknown> | undefined;
    const onFacts = (confirmed: Promise<unknown>): void => {
      facts = confirmed;
    };
    const published =
      publish.length > 0 ? publisher.publish(publish, { parent: lead?.traceparent, onFacts }) : undefined;
    if (published) await published;
    const tell = (told: Told) => emitAll(dependencies, told, step => contextOf(spanOf(step, spans) ?? lead));
    let told: BatchSettled = { memberships, emit };
    if (isTold(told)) await tell(told);
    if (facts) await facts;
    for (let times = 0; fn.settle && times < MOST_SETTLES; times++) {
      told = await fn.settle(context, events as never, told);
      if (isTold(told)) await tell(told);
      if (!told.unsettled) break;
    }
    return outcome.items;
  }

  async function attempt(
    fn: AnyFunction,
    events: readonly Event[],
    from: Destination | undefined,
  ): Promise<readonly Resolution[]> {
    const traces = tracer && from && events.length > 0 ? processSpans(tracer, from, fn.name, events) : UNTRACED;
    const { spans, lead } = traces;
    const run = () => handle(fn, events, traces);
    const end = metrics.duration.startTimer({ function: fn.name });
    try {
      const resolutions = (await (tracer && lead ? tracer.within(lead, run) : run())).map(resolutionOf);
      metrics.invocations.inc({ function: fn.name, result: 'ok' });
      return lead ? resolutions.map((resolution, at) => endWith(spans[at], resolution)) : resolutions;
    } catch (thrown) {
      const failure = asFailure(dependencies, fn, thrown, events.length === 1 ? events[0] : undefined);
      for (const span of spans) span.end(failure);
      metrics.invocations.inc({ function: fn.name, result: failure.code });
      if (failure.code === 'unavailable' || failure.code === 'rate_limited' || events.length === 1) {
        return events.map(() => resolutionOfFailure(failure));
      }
      const middle = Math.ceil(events.length / 2);
      const first = await attempt(fn, events.slice(0, middle), from);
      // What comes after an item that must be tried again waits for it: the order of the queue holds.
      if (first.some(resolution => resolution.is === 'retry')) {
        const wait = new Failure('unavailable', 'an earlier item has to be tried again first');
        return [...first, ...events.slice(middle).map(() => resolutionOfFailure(wait))];
      }
      return [...first, ...(await attempt(fn, events.slice(middle), from))];
    } finally {
      end();
    }
  }

  /** A single event in which nobody watches. Takes no promise unless the function does, or asks for what does. */
  function attemptOne(fn: AnySingle, event: Event<never>): Resolution | Promise<Resolution> {
    const context = contextFor(dependencies, event);
    const end = metrics.duration.startTimer({ function: fn.name });

    function done(outcome: Outcome): Resolution {
      metrics.invocations.inc({ function: fn.name, result: 'ok' });
      end();
      return resolutionOf(outcome);
    }

    function failed(thrown: unknown): Resolution {
      const failure = asFailure(dependencies, fn, thrown, event);
      metrics.invocations.inc({ function: fn.name, result: failure.code });
      end();
      return resolutionOfFailure(failure);
    }

    async function later(answered: Outcome | Promise<Outcome>): Promise<Resolution> {
      try {
        return done(await carryOut(dependencies, fn, context, event, await answered));
      } catch (thrown) {
        return failed(thrown);
      }
    }

    try {
      const answered = fn.handle(context, event);
      return isAll(answered) && !fn.settle ? done(answered) : later(answered);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  return async (fn, events, from) => {
    if (fn.batch) return attempt(fn, events, from);
    const watched = tracer !== undefined && from !== undefined;
    const until = performance.now() + LONGEST_MS;
    const resolutions: Resolution[] = [];
    for (const event of events) {
      const pending = watched ? attempt(fn, [event], from).then(first) : attemptOne(fn, event as Event<never>);
      const resolution = 'is' in pending ? pending : await pending;
      resolutions.push(resolution);
      if (resolution.is === 'retry' || performance.now() >= until) break;
    }
    return resolutions;
  };
}

type AnySingle = Exclude<AnyFunction, { batch: true }>;

/** Whether the outcome is there, and leaves nothing to be done. */
const isAll = (answered: Outcome | Promise<Outcome>): answered is Outcome =>
  !('then' in answered) && !answered.publish?.length && !isTold(answered);

const first = ([resolution]: readonly Resolution[]): Resolution => resolution as Resolution;

const spanOf = (step: Step, spans: readonly Span[]): Span | undefined =>
  'send' in step && step.item !== undefined ? spans[step.item] : undefined;

const contextOf = (span: Span | undefined): string | undefined => (span?.recording ? span.traceparent : undefined);

function endWith(span: Span | undefined, resolution: Resolution): Resolution {
  span?.end(resolution.failure);
  const traceparent = contextOf(span);
  return traceparent === undefined ? resolution : { ...resolution, traceparent };
}

/** Checks the event against the function's schema; undefined when it fits. */
export function validate(fn: AnyFunction, event: Event): Failure | undefined {
  try {
    checkerOf(fn.input).check(event.data);
    return undefined;
  } catch (thrown) {
    return Failure.from(thrown);
  }
}

const DONE: Resolution = { is: 'ok' };

function resolutionOf({ verdict = 'ok', reply, failure }: Outcome): Resolution {
  if (verdict === 'ok') {
    if (!failure) return reply === undefined ? DONE : { is: 'ok', reply };
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
