/**
 * The HTTP server of every service: health, metrics and CloudEvents on `POST /` are answered right here; the rest goes to
 * the service's routes, when it has some.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Failure } from '../contract/failure.js';
import type { Metrics } from '../core/metrics.js';
import { end, refuse } from './answer.js';
import { type Bounds, createBounds } from './bounds/bounds.js';
import { type BodyDeadlines, bodyDeadlines } from './connections/body-deadlines.js';
import { NO_PROXIES, type Proxies } from './connections/client-address.js';
import { countConnections } from './connections/count.js';
import { closeServer, type OpenAnswers, openAnswers } from './connections/open-answers.js';
import { answerUpgrades } from './connections/upgrades.js';
import type { Health } from './health.js';
import { toOriginForm } from './request/target.js';

export interface ListenerParts {
  readonly health: Health;
  readonly metrics: Metrics;
  /** Who is believed about clients; default nobody. */
  readonly proxies?: Proxies;
  /** Of connections, bodies and answers; those of the process, where there are others who need them. */
  readonly bounds?: Bounds;
  /** 503 until the functions are there. */
  receiveEvents: RequestListener;
  /** 503 until the service's routes are there; absent in services without routes, where they are answered 404. */
  routes?: RequestListener;
  /** From now on each answer is the last one on its connection, so that who keeps it goes elsewhere next. */
  leaving?: boolean;
}

/** What a connection may hold, so that slow and greedy senders hold little. */
export interface ListenerLimits {
  /** The headers of a request have to be there in this time, those of a connection's first one from when it is opened. */
  readonly headersTimeoutMs: number;
  /** A body, from when the headers are there, unless a function takes it as it comes. */
  readonly requestTimeoutMs: number;
  /** How often the two are looked at. */
  readonly checkEveryMs: number;
  readonly headerBytes: number;
  readonly headerCount: number;
  /** More are closed as they come; clients over sockets are told before it comes to that. */
  readonly connections: number;
}

const DEFAULT_LIMITS: ListenerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkEveryMs: 2_000,
  // A line that asks for 500 people by their ids has 18.5 kB.
  headerBytes: 24 * 1024,
  headerCount: 100,
  connections: 30_000,
};

export interface Listener {
  readonly server: Server;
  readonly answers: OpenAnswers;
  readonly deadlines: BodyDeadlines;
  /** A connection has become a WebSocket. */
  upgraded(connection: Duplex): void;
  /** What is to happen to a request before anybody looks at it. For who answers in front of the listener. */
  arrive(request: IncomingMessage, response: ServerResponse): void;
  /** No new connections; resolves when those that there are have their answers and are gone. */
  close(): Promise<void>;
}

export function createListener(parts: ListenerParts, limits: ListenerLimits = DEFAULT_LIMITS): Listener {
  const { proxies = NO_PROXIES, bounds = createBounds({ proxies }) } = parts;
  const settings = {
    headersTimeout: limits.headersTimeoutMs,
    // See connections/body-deadlines.ts.
    requestTimeout: 0,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: limits.headerBytes,
    noDelay: true,
  };
  const server = createServer(settings, (request, response) => {
    arrive(request, response);
    if (!request.socket.destroyed) respond(request, response);
  });
  const answers = openAnswers(server);
  const deadlines = bodyDeadlines(server, limits.requestTimeoutMs, limits.checkEveryMs);
  const upgraded = countConnections(server, bounds.limits.connections, proxies);
  answerUpgrades(server, answers);
  server.maxHeadersCount = limits.headerCount;
  server.maxConnections = limits.connections;
  // Longer than what a load balancer keeps idle connections for, or it would meet one that just closed.
  server.keepAliveTimeout = 65_000;

  function arrive(request: IncomingMessage, response: ServerResponse): void {
    toOriginForm(request);
    proxies.dropForged(request);
    answers.note(request, response);
    deadlines.note(request, response);
    if (parts.leaving) response.setHeader('connection', 'close');
  }

  function respond(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request.url ?? '/');
    const looks = request.method === 'GET' || request.method === 'HEAD';
    if (looks && path === '/health/liveness') answer(response, 200, { status: 'up' });
    else if (looks && (path === '/health' || path === '/health/readiness')) readiness(parts.health, response);
    else if (looks && path === '/metrics') void exposition(request, response);
    else if (path === '/' && (request.method === 'POST' || isValidation(request)))
      parts.receiveEvents(request, response);
    else if (parts.routes) parts.routes(request, response);
    else unknown(request, response);
  }

  async function exposition(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { registry } = parts.metrics;
    const owner = bounds.ownerOf(request);
    try {
      bounds.check(owner);
      const text = await registry.metrics();
      bounds.holdAnswer(owner, Buffer.byteLength(text), response);
      end(response, 200, ['content-type', registry.contentType], text);
    } catch (thrown) {
      if (thrown instanceof Failure) refuse(response, thrown);
      else answer(response, 500, { status: 'down' });
    }
  }

  return { server, answers, deadlines, upgraded, arrive, close: () => closeServer(server, answers) };
}

function readiness(health: Health, response: ServerResponse): void {
  const { ready, degraded, parts } = health.report();
  answer(response, ready ? 200 : 503, { status: ready ? (degraded ? 'degraded' : 'up') : 'down', parts });
}

function unknown(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  refuse(response, new Failure('not_found', 'there is nothing here'));
}

const answer = (response: ServerResponse, status: number, body: object): void =>
  end(response, status, ['content-type', 'application/json'], JSON.stringify(body));

/** Asks whether a webhook may be sent here: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md */
const isValidation = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['webhook-request-origin'] !== undefined;

const pathOf = (url: string): string => {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
};
