/** What the author of a foreign function sees: the types of Knative's Node.js runtime, under the same names. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { CloudEvent } from 'cloudevents';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** A handler, or a module that exports one as `handle` beside its hooks. */
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

/** Answers by its return value, or by `reply`; at `path`, when it names one. */
export interface HealthCheck {
  (request: HealthRequest, reply: HealthReply): unknown;
  path?: string;
}

export interface HealthRequest {
  readonly raw: IncomingMessage;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: Record<string, unknown>;
  readonly log: Logger;
}

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

export type Invokable = CloudEventFunction | HTTPFunction;

/** Every Invokable, and every function whose author leaves its types to inference. */
// biome-ignore lint/suspicious/noExplicitAny: the body or the event, as the request has it
export type AnyHandler = (context: Context, input?: any) => unknown;

/** Runs for requests that carry a CloudEvent. */
export type CloudEventFunction<I = never, R = unknown> = (
  context: Context,
  event?: CloudEvent<I>,
) => CloudEventFunctionReturn<R>;

export type CloudEventFunctionReturn<T = unknown> = Promise<CloudEvent<T>> | CloudEvent<T> | HTTPFunctionReturn;

/** Runs for all other requests. */
export type HTTPFunction = (context: Context, body?: IncomingBody) => HTTPFunctionReturn;

export type IncomingBody = string | object | Buffer;

export type HTTPFunctionReturn =
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function may return nothing at all
  Promise<StructuredReturn | ResponseBody | void> | StructuredReturn | ResponseBody | void;

export type FunctionReturn = CloudEventFunctionReturn | HTTPFunctionReturn;

export interface StructuredReturn {
  statusCode?: number;
  headers?: Record<string, string>;
  body?: ResponseBody;
}

export type ResponseBody = string | object | Buffer;

/** One invocation. Keys of the query are members as well, where no member of this name exists. */
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

export interface Logger {
  trace: Write;
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  fatal: Write;
}
