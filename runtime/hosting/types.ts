/** What the author of a foreign function sees: the types of Knative's Node.js runtime, under the same names. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { CloudEvent } from 'cloudevents';

/**
 * The levels of pino.
 *
 * @example
 * import type { LogLevel } from 'function-runtime/knative';
 *
 * const level: LogLevel = 'warn';
 */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * A handler, or a module that exports one as `handle` beside its hooks.
 *
 * @example
 * import type { FunctionModule } from 'function-runtime/knative';
 *
 * const greeter: FunctionModule = { handle: () => 'Hello', init: () => console.log('ready soon') };
 */
export interface FunctionModule {
  /** Runs, and is awaited, before the server listens. */
  init?: () => unknown;
  /** Runs, and is awaited, after the last request was answered and before the process exits. */
  shutdown?: () => unknown;
  /** The origins that may read the answers from a browser; without it, all. */
  cors?: () => string[];
  liveness?: HealthCheck;
  readiness?: HealthCheck;
  /** Yields to the options and to func.yaml. */
  logLevel?: LogLevel;
  handle: AnyHandler;
}

export type { FunctionModule as Function };

/**
 * Answers a probe by its return value, or by `reply`; at `path`, when it names one.
 *
 * @example
 * import type { HealthCheck } from 'function-runtime/knative';
 *
 * const alive: HealthCheck = (_request, reply) => reply.code(200).send('up');
 */
export interface HealthCheck {
  (request: HealthRequest, reply: HealthReply): unknown;
  path?: string;
}

/**
 * The request of a probe.
 *
 * @example
 * import type { HealthRequest } from 'function-runtime/knative';
 *
 * const agentOf = ({ headers }: HealthRequest) => headers['user-agent'];
 */
export interface HealthRequest {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: Record<string, unknown>;
  readonly log: Logger;
}

/**
 * The answer to a probe.
 *
 * @example
 * import type { HealthReply } from 'function-runtime/knative';
 *
 * const refuse = (reply: HealthReply) => reply.code(503).send('not yet');
 */
export interface HealthReply {
  readonly raw: ServerResponse;
  readonly log: Logger;
  readonly sent: boolean;
  statusCode: number;
  code(status: number): HealthReply;
  status(status: number): HealthReply;
  header(name: string, value: string | number | string[]): HealthReply;
  headers(headers: Record<string, string | number | string[]>): HealthReply;
  type(contentType: string): HealthReply;
  send(payload?: unknown): HealthReply;
}

/**
 * How a function is hosted. What func.yaml says wins.
 *
 * @example
 * import type { InvokerOptions } from 'function-runtime/knative';
 *
 * const options: InvokerOptions = { port: 0, bodyLimit: 65_536 };
 */
export interface InvokerOptions {
  logLevel?: LogLevel;
  /** 0 takes any free port. */
  port?: number;
  /** Puts the body's text into `context.rawBody`. */
  includeRaw?: boolean;
  /** In bytes. */
  bodyLimit?: number;
  /** A func.yaml, or the directory that it is in; by default the working directory. What it says wins over options. */
  config?: string;
  cors?: () => string[];
  liveness?: HealthCheck;
  readiness?: HealthCheck;
  shutdown?: () => unknown;
}

/**
 * A handler, of either kind.
 *
 * @example
 * import type { Invokable } from 'function-runtime/knative';
 *
 * const handle: Invokable = () => 'Hello';
 */
export type Invokable = CloudEventFunction | HTTPFunction;

/**
 * Every Invokable, and every function whose author leaves its types to inference.
 *
 * @example
 * import type { AnyHandler } from 'function-runtime/knative';
 *
 * const handle: AnyHandler = ({ query }) => `Hello, ${query.name}`;
 */
// biome-ignore lint/suspicious/noExplicitAny: the body or the event, as the request has it
export type AnyHandler = (context: Context, input?: any) => unknown;

/**
 * Runs for requests that carry a CloudEvent.
 *
 * @example
 * import type { CloudEventFunction } from 'function-runtime/knative';
 *
 * const handle: CloudEventFunction = context => context.cloudevent?.type;
 */
export type CloudEventFunction<I = never, R = unknown> = (
  context: Context,
  event?: CloudEvent<I>,
) => CloudEventFunctionReturn<R>;

/**
 * What a handler of CloudEvents may return: an event, or what answers any other request.
 *
 * @example
 * import type { CloudEventFunctionReturn } from 'function-runtime/knative';
 *
 * const nothing: CloudEventFunctionReturn = undefined;
 */
export type CloudEventFunctionReturn<T = unknown> = Promise<CloudEvent<T>> | CloudEvent<T> | HTTPFunctionReturn;

/**
 * Runs for all other requests.
 *
 * @example
 * import type { HTTPFunction } from 'function-runtime/knative';
 *
 * const handle: HTTPFunction = (_context, body) => ({ statusCode: 201, body: body ?? 'nothing' });
 */
export type HTTPFunction = (context: Context, body?: IncomingBody) => HTTPFunctionReturn;

/**
 * A body as its content type has it: text, parsed JSON, or bytes.
 *
 * @example
 * import type { IncomingBody } from 'function-runtime/knative';
 *
 * const body: IncomingBody = { name: 'Ann' };
 */
export type IncomingBody = string | object | Buffer;

/**
 * What a handler may return: a body, or one with its status and headers.
 *
 * @example
 * import type { HTTPFunctionReturn } from 'function-runtime/knative';
 *
 * const answered: HTTPFunctionReturn = 'Hello';
 */
export type HTTPFunctionReturn =
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function may return nothing at all
  Promise<StructuredReturn | ResponseBody | void> | StructuredReturn | ResponseBody | void;

/**
 * What any handler may return.
 *
 * @example
 * import type { FunctionReturn } from 'function-runtime/knative';
 *
 * const answered: FunctionReturn = { statusCode: 204 };
 */
export type FunctionReturn = CloudEventFunctionReturn | HTTPFunctionReturn;

/**
 * A body with its status and headers.
 *
 * @example
 * import type { StructuredReturn } from 'function-runtime/knative';
 *
 * const answered: StructuredReturn = { statusCode: 404, body: 'no such thing' };
 */
export interface StructuredReturn {
  statusCode?: number;
  headers?: Record<string, string>;
  body?: ResponseBody;
}

/**
 * A body to answer with; an object is JSON.
 *
 * @example
 * import type { ResponseBody } from 'function-runtime/knative';
 *
 * const body: ResponseBody = { greeting: 'Hello' };
 */
export type ResponseBody = string | object | Buffer;

/**
 * One invocation. Keys of the query are members as well, where no member of this name exists.
 *
 * @example
 * import type { Context } from 'function-runtime/knative';
 *
 * const who = ({ method, query }: Context): string => `${method} by ${query.name}`;
 */
export interface Context {
  readonly log: Logger;
  // biome-ignore lint/suspicious/noExplicitAny: what the client sent; the function's author knows, or checks
  query: Record<string, any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  body?: any;
  rawBody?: string | undefined;
  method: string;
  headers: IncomingHttpHeaders;
  httpVersion: string;
  httpVersionMajor: number;
  httpVersionMinor: number;
  contentType?: string | undefined;
  cloudevent?: CloudEvent<unknown> | undefined;
  cloudEventResponse(data: unknown): CloudEventResponse;
}

/**
 * Makes an event to answer with.
 *
 * @example
 * import type { CloudEventResponse } from 'function-runtime/knative';
 *
 * const done = (response: CloudEventResponse) => response.id('1').source('/shop').type('done').response();
 */
export interface CloudEventResponse {
  id(id: string): CloudEventResponse;
  source(source: string): CloudEventResponse;
  type(type: string): CloudEventResponse;
  version(version: string): CloudEventResponse;
  /** Throws when an attribute that every event needs was not given. */
  response(): CloudEvent;
}

// biome-ignore lint/suspicious/noExplicitAny: anything can be logged
type Write = (...what: any[]) => void;

/**
 * The log of a hosted function.
 *
 * @example
 * import type { Logger } from 'function-runtime/knative';
 *
 * const note = (log: Logger) => log.info('placed');
 */
export interface Logger {
  trace: Write;
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  fatal: Write;
}
