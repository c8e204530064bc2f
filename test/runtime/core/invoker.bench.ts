/** An invoker whose every step is told of, for tests of what a call goes through. */
import Type from 'typebox';
import type { Caller } from '#runtime/contract/caller.js';
import type { Event } from '#runtime/contract/event.js';
import type { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction, Context } from '#runtime/contract/function.js';
import type { Call } from '#runtime/contract/invoker.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import type { Guard } from '#runtime/contract/service.js';
import type { Tracer } from '#runtime/contract/tracer.js';
import { socket } from '#runtime/contract/trigger.js';
import { NOW, uuid } from '#runtime/testing/context.js';
import { define, type Workbench, workbench } from './workbench.js';

export const caller: Caller = { userId: uuid(1), sessionId: uuid(2), expiresAt: NOW + 1_000 };
const Input = Type.Object({ n: Type.Integer() });
export const publication = { queue: 'things', type: 't', data: 1 } as const;
export const emission = { send: 'told', data: 1, to: ['all'] } as const;

export interface Act {
  readonly handle?: (context: Context, event: Event) => Outcome | Promise<Outcome>;
  readonly settle?: (context: Context, event: Event, settled: { outcome: Outcome; reply?: unknown }) => Outcome;
  readonly limited?: boolean;
  readonly batch?: boolean;
  readonly content?: string;
  readonly tracer?: Tracer;
}

interface Bench extends Workbench {
  readonly guard: Guard;
  readonly fn: AnyFunction;
  call(more?: Partial<Call>): Promise<unknown>;
  /** The code of its failure. */
  refused(more?: Partial<Call>): Promise<string>;
  readonly steps: string[];
  readonly asked: unknown[][];
  readonly lines: { level: string; message: string; [field: string]: unknown }[];
}

/** Tells of each step as it begins; steps of others take a turn of the event loop each. */
export function bench(act: Act = {}, failing: { [step: string]: unknown } = {}): Bench {
  const steps: string[] = [];
  const asked: unknown[][] = [];
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const step = async (name: string): Promise<void> => {
    steps.push(name);
    await new Promise(setImmediate);
    if (name in failing) throw failing[name];
    steps.push(`${name} done`);
  };
  const guard: Guard = {
    ...{ needs: [], levels: {} },
    authenticate: async (...given) => {
      asked.push(given);
      await step('authenticate');
      return caller;
    },
    authorize: async (...given) => {
      asked.push(given);
      await step('authorize');
    },
  };
  const level = (name: string) => (fields: object, message: string) =>
    void lines.push({ level: name, message, ...fields });
  const log = { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
  const limits = { take: () => step('limit'), giveBack: async () => {} };
  const made = workbench({ guard, limits, log, ...(act.tracer && { tracer: act.tracer }) });
  made.dependencies.publisher.publish = async () => {
    await step('publish');
    return { reply: 'the reply' };
  };
  Object.assign(made.dependencies.fanout, { emit: () => step('emit') });
  const fn = {
    ...define.single({
      ...{ name: 'work', access: 'anybody', needs: [], summary: 'Works.', input: Input },
      handle: () => ({}),
    }),
    handle: (context: Context, event: Event) => {
      steps.push('handle');
      return act.handle?.(context, event) ?? {};
    },
    ...(act.settle && { settle: act.settle }),
    ...(act.batch && { batch: true }),
    ...(act.content && { content: act.content }),
    ...(act.limited && { limits: [{ name: 'work', times: 1, perSeconds: 1, by: 'user' }] }),
  } as AnyFunction;
  const call = (more: Partial<Call> = {}) =>
    made.invoker.invoke({ binding: { trigger: socket('work'), fn }, data: { n: 1 }, ...more }).result;
  const refused = (more?: Partial<Call>) =>
    call(more).then(
      () => 'ok',
      (failure: Failure) => failure.code,
    );
  return { ...made, guard, fn, call, refused, steps, asked, lines };
}
