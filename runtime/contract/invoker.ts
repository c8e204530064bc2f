/** What a driver of triggers needs of the runtime: somebody who authenticates, and somebody who invokes. */
import type { ArrivingBody, Content, Signal } from './bytes.js';
import type { Caller } from './caller.js';
import type { RawRequest, RawResponse } from './raw.js';
import type { Binding } from './service.js';

export interface Call {
  readonly binding: Binding;
  /** As it came from outside: the invoker checks it against the function's schema. */
  readonly data: unknown;
  /** Of a route that takes bytes. */
  readonly body?: ArrivingBody<Caller> | undefined;
  /** Of a raw route. */
  readonly request?: RawRequest | undefined;
  readonly signal?: Signal | undefined;
  /** Of a route: answers with the result's content. Resolves when the last byte has left, or nobody is there for it. */
  readonly serve?: ((result: Result) => Promise<void>) | undefined;
  readonly caller?: Caller | undefined;
  /** The network address of the client that it came from. */
  readonly address?: string;
  /** How the device describes itself, in a few words. */
  readonly device?: string | undefined;
  /** W3C trace context of the request, if it brought one. */
  readonly traceparent?: string | undefined;
}

/** What the driver has to answer with, when everything that comes before an answer is done. */
export interface Result {
  readonly status: 'ok' | 'created' | 'accepted';
  readonly reply?: unknown;
  readonly content?: Content;
  /** Of a raw route. */
  readonly response?: RawResponse;
  readonly rooms?: readonly string[];
  readonly caller?: Caller;
}

export interface Invocation {
  /** Resolves (never rejects) when the publications stand in their queue's order, or there will be none. */
  readonly handedOver: Promise<void>;
  /** Rejects with a Failure, always. Content has been served by then. */
  readonly result: Promise<Result>;
}

export interface Invoker {
  /** `access` is the level of what is called, where it is known already. Rejects with a Failure: `unauthorized`, or `unavailable`. */
  authenticate(bearer: string, access?: string): Promise<Caller>;
  /** Authorizes, checks the data, runs the function, publishes, emits. Never throws. */
  invoke(call: Call): Invocation;
}
