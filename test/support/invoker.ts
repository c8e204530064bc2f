/** An invoker for the tests of drivers: records every call, and answers as the test says. */

import type { Caller } from '#runtime/contract/caller.js';
import { Failure } from '#runtime/contract/failure.js';
import type { AnyFunction, Log } from '#runtime/contract/function.js';
import type { Call, Invocation, Invoker, Result } from '#runtime/contract/invoker.js';

export interface FakeInvoker extends Invoker {
  readonly calls: Call[];
  /** What the function of this name answers; the default is nothing, status ok. */
  on(name: string, answer: (call: Call) => Partial<Result> | Promise<Partial<Result>>): void;
  /** Holds back `handedOver` of the calls that the function of this name gets from now on, until the answer is called. */
  hold(name: string): () => void;
  /** The tokens that authenticate; any other is refused. */
  readonly tokens: Map<string, Caller | Failure>;
  /** The tokens that were to authenticate, one after the other. */
  readonly authenticated: string[];
}

export function fakeInvoker(): FakeInvoker {
  const calls: Call[] = [];
  const answers = new Map<string, (call: Call) => Partial<Result> | Promise<Partial<Result>>>();
  const held = new Map<string, Promise<void>>();
  const tokens = new Map<string, Caller | Failure>();
  const authenticated: string[] = [];
  return {
    calls,
    authenticated,
    tokens,
    on: (name, answer) => void answers.set(name, answer),
    hold: name => {
      let release = () => {};
      held.set(name, new Promise(resolve => (release = resolve)));
      return () => {
        held.delete(name);
        release();
      };
    },
    authenticate: async bearer => {
      authenticated.push(bearer);
      const found = tokens.get(bearer) ?? new Failure('unauthorized', 'this token is not valid');
      if (found instanceof Failure) throw found;
      return found;
    },
    invoke: (call): Invocation => {
      calls.push(call);
      const { name } = call.binding.fn;
      const result = (async () => ({ status: 'ok' as const, ...(await answers.get(name)?.(call)) }))();
      result.catch(() => {});
      return { handedOver: held.get(name) ?? Promise.resolve(), result };
    },
  };
}

/** A function that only lends its name, access and schema: the fake invoker never runs it. */
export const named = (name: string, access: string, input: object): AnyFunction => ({
  name,
  access,
  needs: [],
  summary: name,
  input,
  handle: () => ({}),
});

export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
