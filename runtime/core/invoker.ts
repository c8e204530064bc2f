/**
 * Runs one function on one input: check, authorize, handle, publish, emit, answer, in this order, whatever brought the
 * input. Everything that a function may not do itself happens here.
 */

import type { Caller } from '../contract/caller.js';
import type { Event } from '../contract/event.js';
import { Failure } from '../contract/failure.js';
import type { AnyFunction, Client, Context, Log } from '../contract/function.js';
import type { Call, Invocation, Invoker, Result } from '../contract/invoker.js';
import type { Outcome } from '../contract/outcome.js';
import type { Fanout, RateLimits } from '../contract/ports.js';
import type { Guard } from '../contract/service.js';
import type { Tracer } from '../contract/tracer.js';
import { bodyFor } from './byte-body.js';
import { emitAll } from './emit.js';
import { idsOf, logAbout } from './ids.js';
import { withinLimits } from './limits.js';
import { isTold } from './memberships.js';
import type { Metrics } from './metrics.js';
import { networkOf } from './network.js';
import type { Publisher } from './publisher.js';
import { checkerOf } from './schema.js';
import { endCall, serverSpan } from './spans.js';

export interface InvokerDependencies {
  readonly ports: Readonly<Record<string, unknown>>;
  readonly guard?: Guard;
  readonly publisher: Publisher;
  readonly fanout: Pick<Fanout, 'emit'>;
  readonly limits?: RateLimits;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Only where somebody watches. */
  readonly tracer?: Tracer;
  /** Members of data that hold ids, for the log. */
  readonly ids?: readonly string[];
  readonly source: string;
  readonly now: () => number;
  readonly newId: () => string;
}

/** What every function has in common, whoever calls it. */
export function contextFor(dependencies: InvokerDependencies, event?: Event, call?: Call): Context<never> {
  const { ports, newId, log, now } = dependencies;
  const caller = call?.caller;
  const context: Writable<Context<never>> = {
    now: now(),
    newId,
    ports: ports as never,
    log: event ? logAbout(log, dependencies.ids, event, caller) : log,
  };
  if (caller) context.caller = caller;
  else if (call) context.client = clientOf(call);
  if (call?.signal) context.signal = call.signal;
  if (call?.request) context.request = call.request;
  if (call?.body) context.body = bodyFor(call.body, caller => authorize(dependencies, { ...call, caller }));
  return context;
}

type Writable<Type> = { -readonly [Member in keyof Type]: Type[Member] };

/** `since` is when the caller was authenticated, if not just now. Rejects with a Failure. */
function authorize(
  { guard, ports, now }: InvokerDependencies,
  { binding, caller, data }: Pick<Call, 'binding' | 'data' | 'caller'>,
  since = now(),
): Promise<void> | undefined {
  return guard?.authorize(ports as never, binding.fn.access, caller, data, now(), since);
}

const clientOf = ({ address, device }: Call): Client => ({
  ...(address !== undefined && { network: networkOf(address) }),
  ...(device !== undefined && { device }),
});

/**
 * A port that rejects with something else than a Failure, or a function that throws, has a defect: it is logged. So is,
 * for those who look closely, that a call was refused.
 */
export function asFailure(
  { log, ids = [] }: Pick<InvokerDependencies, 'log' | 'ids'>,
  fn: AnyFunction,
  thrown: unknown,
  event?: Event,
  caller?: Caller,
): Failure {
  const failure = Failure.from(thrown);
  const { code } = failure;
  const about = { fn: fn.name, ...(event && idsOf(event, ids, caller)) };
  if (code === 'internal') log.error({ err: failure.cause ?? failure, ...about }, 'function failed');
  else log.debug({ code, ...about }, 'function refused');
  return failure;
}

/** A function that is never settled is left alone: others go on changing what it looks at. */
export const MOST_SETTLES = 10;

/**
 * Publishes, emits and settles what a function of single events answered; its last outcome. `handOver` is called when
 * the publications have their place in their queues' order.
 */
export async function carryOut(
  dependencies: Pick<InvokerDependencies, 'publisher' | 'fanout' | 'tracer'>,
  fn: Exclude<AnyFunction, { batch: true }>,
  context: Context<never>,
  event: Event<never>,
  outcome: Outcome,
  handOver: () => void = () => {},
): Promise<Outcome> {
  const { traceparent } = event;
  const ofEvent = () => traceparent;
  let facts: Promise<unknown> | undefined;
  const onFacts = (confirmed: Promise<unknown>): void => {
    facts = confirmed;
  };
  const published = outcome.publish?.length
    ? dependencies.publisher.publish(outcome.publish, {
        parent: traceparent,
        settles: fn.settle !== undefined,
        onFacts,
      })
    : undefined;
  if (published || facts) handOver();
  const awaited = await published;
  if (isTold(outcome)) await emitAll(dependencies, outcome, ofEvent);
  // They hold up nobody's news: somebody who is put out of a room is out also while the broker is away.
  if (facts) await facts;
  if (!fn.settle) return outcome;
  let settled = outcome;
  for (let times = 0; times < MOST_SETTLES; times++) {
    settled = await fn.settle(context, event, { ...awaited, outcome: settled });
    if (isTold(settled)) await emitAll(dependencies, settled, ofEvent);
    if (!settled.unsettled) break;
  }
  return settled;
}

export interface CountingInvoker extends Invoker {
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createInvoker(dependencies: InvokerDependencies): CountingInvoker {
  const { guard, ports, limits, metrics, tracer } = dependencies;
  let underWay = 0;
  const waiting: (() => void)[] = [];

  function run(fn: AnyFunction, call: Call, event: Event<never>, handOver: () => void): Promise<Result> {
    if (fn.batch) throw new Error(`${fn.name} takes batches and has no caller to answer`);
    checkerOf(fn.input).check(call.data);
    const context = contextFor(dependencies, event, call);
    const { limits: declared } = fn;
    if (!limits || !declared) return act(fn, context, call, event, handOver);
    const knownBy = async () => fn.knownBy?.(context, event);
    return withinLimits({ limits, declared, call, knownBy }, () => act(fn, context, call, event, handOver));
  }

  async function act(
    fn: Exclude<AnyFunction, { batch: true }>,
    context: Context<never>,
    call: Call,
    event: Event<never>,
    handOver: () => void,
  ): Promise<Result> {
    await authorize(dependencies, call, context.now);
    const handling = fn.handle(context, event);
    const handled = handling instanceof Promise ? await handling : handling;
    const outcome = isWhole(fn, handled)
      ? handled
      : await carryOut(dependencies, fn, context, event, handled, handOver);
    if (outcome.failure) throw outcome.failure;
    if (outcome.content && fn.content === undefined) throw new Error(`${fn.name} does not declare that it has content`);
    if (outcome.response && !call.request) throw new Error(`${fn.name} answers what only a raw route could`);
    return answerOf(outcome);
  }

  function envelope({ binding, data, traceparent }: Call): Event<never> {
    const event = {
      specversion: '1.0' as const,
      id: dependencies.newId(),
      source: dependencies.source,
      type: binding.fn.name,
      data: data as never,
    };
    return traceparent === undefined ? event : { ...event, traceparent };
  }

  /**
   * A drain waits for what is under way: until there is a result. Content that is still leaving is not waited for: its
   * connection is, as long as there is time.
   */
  async function measured(call: Call, handOver: () => void): Promise<Result> {
    const { fn } = call.binding;
    const since = performance.now();
    const event = envelope(call);
    try {
      let result: Result;
      underWay++;
      try {
        result = await run(fn, call, event, handOver);
      } catch (thrown) {
        throw asFailure(dependencies, fn, thrown, event, call.caller);
      } finally {
        handOver();
        if (--underWay === 0) for (const resolve of waiting.splice(0)) resolve();
      }
      if (result.content) await call.serve?.(result);
      metrics.invocations.inc({ function: fn.name, result: 'ok' });
      return result;
    } catch (thrown) {
      const failure = Failure.from(thrown);
      metrics.invocations.inc({ function: fn.name, result: failure.code });
      throw failure;
    } finally {
      metrics.duration.observe({ function: fn.name }, (performance.now() - since) / 1_000);
    }
  }

  async function traced(call: Call, handOver: () => void, tracer: Tracer): Promise<Result> {
    const span = serverSpan(tracer, call);
    const { traceparent } = span;
    try {
      const result = await tracer.within(span, () => measured({ ...call, traceparent }, handOver));
      endCall(span, call.binding, result);
      return result;
    } catch (thrown) {
      endCall(span, call.binding, Failure.from(thrown));
      throw thrown;
    }
  }

  return {
    async authenticate(bearer, access) {
      if (!guard) throw new Failure('unauthorized', 'nobody can sign in here');
      try {
        return await guard.authenticate(ports as never, bearer, dependencies.now(), access as never);
      } catch (thrown) {
        throw Failure.from(thrown);
      }
    },
    invoke(call): Invocation {
      return new UnderWay(handOver => (tracer ? traced(call, handOver, tracer) : measured(call, handOver)));
    },
    idle: () => (underWay === 0 ? Promise.resolve() : new Promise(resolve => waiting.push(resolve))),
  };
}

/** Most callers do not ask when it is handed over: the promise of that is made for those who do. */
class UnderWay implements Invocation {
  readonly result: Promise<Result>;
  private isHandedOver = false;
  private promise: Promise<void> | undefined;
  private resolve: (() => void) | undefined;

  constructor(start: (handOver: () => void) => Promise<Result>) {
    this.result = start(() => {
      this.isHandedOver = true;
      this.resolve?.();
    });
  }

  get handedOver(): Promise<void> {
    this.promise ??= this.isHandedOver
      ? Promise.resolve()
      : new Promise(resolve => {
          this.resolve = resolve;
        });
    return this.promise;
  }
}

/** Whether all there is to do is to answer it. */
const isWhole = ({ settle }: Exclude<AnyFunction, { batch: true }>, outcome: Outcome): boolean =>
  !settle && !outcome.publish?.length && !isTold(outcome);

function answerOf({ status = 'ok', reply, content, response, rooms, caller }: Outcome): Result {
  if (response) return { status, response };
  if (content) return { status, content, ...(reply !== undefined && { reply }) };
  if (!rooms && !caller) return reply === undefined ? { status } : { status, reply };
  return { status, ...(reply !== undefined && { reply }), ...(rooms && { rooms }), ...(caller && { caller }) };
}
