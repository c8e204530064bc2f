/**
 * The HTTP server of every image: health, metrics and CloudEvents on `POST /` are answered right here; the rest goes to
 * the image's routes, when it has some.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { Failure } from '../contract/failure.js';
import type { Metrics } from '../core/metrics.js';
import { refuse } from './answer.js';
import type { Health } from './health.js';

export interface ListenerParts {
  readonly health: Health;
  readonly metrics: Metrics;
  /** 503 until the functions are there. */
  receiveEvents: RequestListener;
  /** 503 until the image's routes are there; absent in images without routes, where they are answered 404. */
  routes?: RequestListener;
}

/** Headers and body have to be there in this time, so that slow senders hold nothing. */
const REQUEST_TIMEOUT_MS = 30_000;

export function createListener(parts: ListenerParts): Server {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, noDelay: true }, (request, response) => {
    const path = pathOf(request.url ?? '/');
    if (request.method === 'GET' || request.method === 'HEAD') {
      if (path === '/health/liveness') return answer(response, 200, { status: 'up' });
      if (path === '/health' || path === '/health/readiness') return readiness(parts.health, response);
      if (path === '/metrics') return void exposition(parts.metrics, response);
    }
    if (path === '/' && request.method === 'POST') return void parts.receiveEvents(request, response);
    if (parts.routes) return void parts.routes(request, response);
    unknown(request, response);
  });
  // Longer than what a load balancer keeps idle connections for, or it would meet one that just closed.
  server.keepAliveTimeout = 65_000;
  return server;
}

function readiness(health: Health, response: ServerResponse): void {
  const { ready, parts } = health.report();
  answer(response, ready ? 200 : 503, { status: ready ? 'up' : 'down', parts });
}

async function exposition({ registry }: Metrics, response: ServerResponse): Promise<void> {
  try {
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(text);
  } catch {
    answer(response, 500, { status: 'down' });
  }
}

function unknown(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  refuse(response, new Failure('not_found', 'there is nothing here'));
}

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
};
