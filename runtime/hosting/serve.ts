/** Answers the requests to a hosted function: `/` invokes it, the other paths are health and metrics. */
import type { IncomingMessage, RequestListener } from 'node:http';
import { hasBody, parseBody, readBody } from './body.js';
import type { Settings } from './config.js';
import { InvocationContext, pathOf } from './context.js';
import { eventsOf } from './event.js';
import { HttpFailure } from './failure.js';
import { isWell, type Route, routeOf } from './health.js';
import { type FunctionResponse, type Handler, invoke, invokeBatch, METHODS } from './invoke.js';
import type { HttpMetrics } from './metrics.js';
import { type Head, JSON_TYPE, type Response, send, sendError } from './reply.js';
import type { HealthCheck, Logger } from './types.js';

export interface Host {
  readonly settings: Settings;
  readonly handle: Handler;
  readonly cors: (() => readonly string[]) | undefined;
  readonly liveness: HealthCheck | undefined;
  readonly readiness: HealthCheck | undefined;
  readonly log: Logger;
  readonly metrics: HttpMetrics;
  /** True from the moment that the process was told to stop: connections end with their next answer. */
  readonly draining: () => boolean;
}

const PREFLIGHT = {
  'content-type': JSON_TYPE,
  'access-control-allow-methods': METHODS,
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
};

export function listenerOf(host: Host): RequestListener {
  const routes = routesOf(host);
  return (request, response) => {
    if (host.draining()) response.shouldKeepAlive = false;
    const { method, url = '/' } = request;
    const path = url === '/' ? url : pathOf(url);
    const isGet = method === 'GET' || method === 'HEAD';
    if (path === '/') {
      if (isGet || method === 'POST') return void serve(host, request, response);
      if (method === 'OPTIONS') return void preflight(host, response);
    }
    const route = isGet ? routes.get(path) : undefined;
    if (route === undefined) notFound(request, response, path);
    else route(request, response);
  };
}

function routesOf({ settings: { urls }, liveness, readiness, log, metrics }: Host): Map<string, Route> {
  return new Map<string, Route>([
    [urls.metrics, (_request, response) => void scrape(metrics, response)],
    [urls.readiness, readiness === undefined ? isWell : routeOf(readiness, log)],
    [urls.liveness, liveness === undefined ? isWell : routeOf(liveness, log)],
  ]);
}

async function serve(host: Host, request: IncomingMessage, response: Response): Promise<void> {
  const { metrics } = host;
  const arrived = performance.now();
  let called = arrived;
  metrics.invoked();
  try {
    const [head, payload] = await answer(host, request, () => {
      called = performance.now();
      metrics.queued((called - arrived) / 1000);
    });
    send(response, head, payload);
  } catch (error) {
    metrics.failed();
    const isTooLarge = error instanceof HttpFailure && error.statusCode === 413;
    sendError(response, { status: 200, headers: isTooLarge ? { connection: 'close' } : {} }, error);
  }
  metrics.executed((performance.now() - called) / 1000);
}

async function answer(host: Host, request: IncomingMessage, calling: () => void): Promise<FunctionResponse> {
  const { settings, handle, cors, log, metrics } = host;
  let body: unknown;
  let rawBody: string | undefined;
  if (request.method === 'POST' && hasBody(request)) {
    const bytes = await readBody(request, settings.bodyLimit);
    body = parseBody(request.headers['content-type'], bytes);
    if (settings.includeRaw) rawBody = bytes.toString();
  }
  const events = eventsOf(request.headers, body);
  const contextOf = (event?: InvocationContext['cloudevent']) => {
    const context = new InvocationContext(request, log, body, rawBody);
    context.cloudevent = event;
    return context;
  };
  const invocation = {
    handle,
    origin: cors === undefined ? '*' : originOf(cors(), request.headers.origin),
    failed: (error: unknown) => {
      metrics.failed();
      log.error(`Error processing user function: "${error}"`);
    },
  };
  calling();
  return Array.isArray(events)
    ? invokeBatch(invocation, contextOf, events)
    : invoke(invocation, contextOf(events), events);
}

/** 'null' is what browsers take for no. */
const originOf = (allowed: readonly string[], origin: string | undefined): string =>
  origin !== undefined && allowed.includes(origin) ? origin : 'null';

function preflight({ metrics }: Host, response: Response): void {
  metrics.invoked();
  response.writeHead(204, PREFLIGHT).end();
}

async function scrape(metrics: HttpMetrics, response: Response): Promise<void> {
  const head: Head = { status: 200, headers: { 'content-type': metrics.contentType } };
  try {
    send(response, head, await metrics.text());
  } catch (error) {
    sendError(response, head, error);
  }
}

function notFound({ method, url }: IncomingMessage, response: Response, path: string): void {
  const head: Head = { status: 404, headers: {} };
  try {
    decodeURIComponent(path);
    send(response, head, { message: `Route ${method}:${url} not found`, error: 'Not Found', statusCode: 404 });
  } catch {
    head.headers['content-type'] = 'application/json';
    head.status = 400;
    const message = `'${url}' is not a valid url component`;
    const document = { error: 'Bad Request', code: 'FST_ERR_BAD_URL', message, statusCode: 400 };
    send(response, head, Buffer.from(JSON.stringify(document)));
  }
}
