/** What REST makes of a request: a call of the function that the route is bound to, and its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Body } from '../contract/bytes.js';
import type { Caller } from '../contract/caller.js';
import { Failure } from '../contract/failure.js';
import type { Log } from '../contract/function.js';
import type { Invoker, Result } from '../contract/invoker.js';
import type { Binding } from '../contract/service.js';
import type { HttpTrigger } from '../contract/trigger.js';
import { httpReply } from '../core/http-reply.js';
import { parseTraceparent, writeTraceparent } from '../core/traceparent.js';
import { answer, refuse } from './answer.js';
import type { Bounds } from './bounds/bounds.js';
import { answerContent } from './bytes/content.js';
import { answerRaw, rawRequest } from './raw.js';
import { bearerOf } from './request/bearer.js';
import { hasBody } from './request/body.js';
import { deviceNameOf } from './request/device-name.js';
import { inputOf } from './request/input.js';

/** A binding to a route. */
export type Route = Binding & { readonly trigger: HttpTrigger };

export const routesOf = (bindings: readonly Binding[]): readonly Route[] =>
  bindings.filter((binding): binding is Route => binding.trigger.kind === 'http');

export interface Admitted {
  /** Who called when the headers had come. */
  readonly caller: Caller | undefined;
  /** Who calls, to be asked when the body is in; undefined where it was in by then. */
  readonly now: (() => Promise<Caller | undefined>) | undefined;
}

/**
 * Functions with access `public` are called without a caller; all others need a bearer token that authenticates, before
 * anything of the body is read. Where the body was not there by then, the caller is authenticated once more when it is:
 * a client may hold it back until its session has ended.
 */
export function admit(request: IncomingMessage, { fn }: Route, invoker: Invoker): Promise<Admitted> | Admitted {
  if (fn.access === 'public') return NOBODY;
  const token = bearerOf(request);
  if (token === undefined) throw new Failure('unauthorized', 'a bearer token is needed');
  return admitted(request, () => invoker.authenticate(token, fn.access));
}

async function admitted(request: IncomingMessage, authenticate: () => Promise<Caller>): Promise<Admitted> {
  if (!hasBody(request)) return { caller: await authenticate(), now: undefined };
  // A body that came with the headers is read in the same turn of the event loop as they are.
  const turn = new Promise(setImmediate);
  const caller = await authenticate();
  await turn;
  return { caller, now: request.complete ? undefined : authenticate };
}

const NOBODY: Admitted = { caller: undefined, now: undefined };

export interface Asked {
  readonly binding: Route;
  readonly invoker: Invoker;
  readonly caller: Caller | undefined;
  /** The values of the path's `:names`. */
  readonly path: Readonly<Record<string, unknown>>;
  /** Parsed JSON, or undefined when there was none. */
  readonly json?: unknown;
  /** Instead, on a route that takes bytes. */
  readonly bytes?: Body;
  /** Who calls when these are in, where they were not when the caller was found. */
  readonly callerAtEnd?: (() => Promise<Caller | undefined>) | undefined;
  /** The client's, which is not always that of the connection. */
  readonly address: string;
  /** For whom the answer is held until it is read. */
  readonly owner: string;
  readonly bounds: Bounds;
}

/** Resolves when the answer is written, and has left where it is content; rejects with the function's Failure. */
export async function call(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
  const { binding, caller, bytes, owner, bounds } = asked;
  const { trigger, fn } = binding;
  bounds.check(owner);
  const device = caller || !request.headers['user-agent'] ? undefined : await deviceNameOf(request.headers);
  // What publishes is small, and may wait long for its answer; bytes wait for whoever sends them.
  const user = bytes || fn.publishes?.length ? undefined : caller?.userId;
  const inTurn = <Value>(work: () => Promise<Value>) => (user === undefined ? work() : bounds.answering(user, work));

  const result =
    fn.content === undefined
      ? await inTurn(() => begin(request, response, asked, device))
      : await (await inTurn(() => served(request, response, asked, device))).result;
  if (result.content) return;
  const hold = (size: number): void => bounds.holdAnswer(owner, size, response);
  if (result.response) answerRaw(response, result.response, hold);
  else answer(response, httpReply(trigger, result), hold);
}

/** Resolves as soon as there is an answer: what it has of content may take long to leave. */
function served(
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked,
  device: string | undefined,
): Promise<{ readonly result: Promise<Result> }> {
  const { binding, owner, bounds } = asked;
  return new Promise((answered, failed) => {
    const result = begin(request, response, asked, device, part => {
      answered({ result });
      const { content, ...how } = { ...part, ...httpReply(binding.trigger, part) };
      return content ? answerContent(request, response, content, { ...how, owner, bounds }) : Promise.resolve();
    });
    result.then(() => answered({ result }), failed);
  });
}

function begin(
  request: IncomingMessage,
  response: ServerResponse,
  { binding, invoker, caller, path, json, bytes, callerAtEnd, address }: Asked,
  device: string | undefined,
  serve?: (result: Result) => Promise<void>,
): Promise<Result> {
  if (response.destroyed) throw new Failure('unavailable', 'the client has gone');
  const { trigger, fn } = binding;
  const { url = '', headers } = request;
  const query = url.indexOf('?');
  const trace = headers.traceparent === undefined ? undefined : parseTraceparent(headers.traceparent);
  return invoker.invoke({
    binding,
    data: inputOf({ trigger, path, search: query < 0 ? '' : url.slice(query + 1), headers, body: json }, fn.input),
    body: bytes && { ...bytes, ...(callerAtEnd && { callerAtEnd }) },
    request: trigger.raw && rawRequest(request),
    signal: bytes || fn.content !== undefined ? signalOf(response) : undefined,
    serve,
    caller,
    address,
    device,
    traceparent: trace && writeTraceparent(trace),
  }).result;
}

/** Aborted when the client is gone before it has its answer. */
function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Tells of a failure; one that is a defect of ours is logged. `route` as the binding has it, if it came that far. */
export function refuseCall(
  request: IncomingMessage,
  response: ServerResponse,
  failure: Failure,
  { log, route }: { readonly log: Log; readonly route: string | undefined },
): void {
  if (failure.code === 'internal') {
    log.error({ err: failure.cause ?? failure, method: request.method, route }, 'request failed');
  }
  refuse(response, failure);
}
