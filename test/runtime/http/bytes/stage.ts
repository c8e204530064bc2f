/** Routes that take and give bytes, on the listener and the invoker as they are, around functions that do as a test says. */
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Type from 'typebox';
import type { Content } from '#runtime/contract/bytes.js';
import { Failure } from '#runtime/contract/failure.js';
import type { Context } from '#runtime/contract/function.js';
import type { Outcome } from '#runtime/contract/outcome.js';
import { type Binding, on } from '#runtime/contract/service.js';
import { http } from '#runtime/contract/trigger.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { restRouter } from '#runtime/drivers/express/router.js';
import { type Bounds, createBounds } from '#runtime/http/bounds/bounds.js';
import type { Pace } from '#runtime/http/bytes/pace.js';
import { routesOf } from '#runtime/http/call.js';
import { NO_PROXIES } from '#runtime/http/connections/client-address.js';
import { createListener } from '#runtime/http/listener.js';
import { callerOf } from '../../../support/gateway.js';
import { silent } from '../../../support/silent.js';
import { define, workbench } from '../../core/workbench.js';

export const MIB = 1024 * 1024;
export const MAX_BYTES = 32 * MIB;
/** What is answered where it does not matter what. */
export const TEXT = 'the quick brown fox';
export const LENGTH = TEXT.length;
export const ABOUT = { type: 'text/plain', etag: 'abc', modifiedAt: '2026-01-02T03:04:05.678Z' };
const PATIENT: Pace = { idleMs: 5_000, bytesPerSecond: 1, graceMs: 60_000 };

export interface Stage {
  readonly url: string;
  readonly bounds: Bounds;
  /** What `PUT /files/:id` does. Default: takes all there is, and answers how much. */
  take: (context: Context, id: string, mode: string | undefined) => Promise<Outcome<unknown, never, never>>;
  /** What `GET /files/:id` does. */
  give: (context: Context) => Content;
  /** Whose token is good; whoever it is may do everything. */
  readonly users: Set<string>;
  readonly forbidden: Set<string>;
  /** Tokens that were looked at, one after the other. */
  readonly authenticated: string[];
  /** What was logged as an error. */
  readonly defects: unknown[];
  /** In Prometheus' terms. */
  measured(): Promise<string>;
  /** A request of `ann`'s. */
  ask(method: string, path: string, headers?: Record<string, string | number>): ClientRequest;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly pace?: Pace;
  /** Bytes that each may make it hold. */
  readonly each?: number;
  readonly requestTimeoutMs?: number;
  /** Besides those for files. */
  readonly more?: readonly Binding[];
}

export async function stage(options: StageOptions = {}): Promise<Stage> {
  const { pace = PATIENT, each, requestTimeoutMs = 30_000, more = [] } = options;
  const users = new Set(['ann']);
  const forbidden = new Set<string>();
  const authenticated: string[] = [];
  const defects: unknown[] = [];
  const log = { ...silent, error: (fields: object) => void defects.push(fields) };
  const asks: ClientRequest[] = [];
  const { invoker, metrics } = workbench({
    log,
    guard: {
      needs: [],
      levels: {},
      async authenticate(_, bearer) {
        authenticated.push(bearer);
        if (!users.has(bearer)) throw new Failure('unauthorized', 'sign in first');
        return callerOf(bearer);
      },
      async authorize(_, access, caller) {
        if (access === 'nobody' && (!caller || forbidden.has(caller.userId))) throw new Failure('forbidden', 'no');
      },
    },
  });
  const put = define.single({
    name: 'putFile',
    access: 'nobody',
    needs: [],
    summary: 'Takes a file.',
    input: Type.Object({ id: Type.String(), mode: Type.Optional(Type.String()) }, { additionalProperties: false }),
    output: { ok: Type.Any(), created: Type.Any() },
    handle: (context, { data }) => the.take(context, data.id, data.mode),
  });
  const get = define.single({
    name: 'getFile',
    access: 'nobody',
    needs: [],
    summary: 'Gives a file.',
    input: Type.Object({ id: Type.String() }),
    content: '*/*',
    handle: context => ({ content: the.give(context) }),
  });
  const sneak = define.single({ ...get, name: 'sneak', content: undefined as unknown as string });
  const bounds = createBounds({ pace, ...(each !== undefined && { limits: { bytes: { each, all: 128 * MIB } } }) });
  const parts: Parameters<typeof createListener>[0] = {
    health: { report: () => ({ ready: true, parts: {} }) },
    metrics: createMetrics('test'),
    bounds,
    receiveEvents: () => {},
  };
  const { server, deadlines, answers } = createListener(parts, {
    ...{ headersTimeoutMs: 10_000, requestTimeoutMs, checkEveryMs: 20 },
    ...{ headerBytes: 16_384, headerCount: 100, connections: 100 },
  });
  const bindings = [
    on(http.put('/files/:id', { body: 'bytes', maxBytes: MAX_BYTES }), put),
    on(http.put('/parts/:id', { body: 'bytes', maxBytes: MAX_BYTES, type: 'application/offset+octet-stream' }), put),
    on(http.put('/json/:id'), put),
    on(http.get('/files/:id'), get),
    on(http.get('/undeclared/:id'), sneak),
    ...more,
  ];
  parts.routes = restRouter({ routes: routesOf(bindings), invoker, log, proxies: NO_PROXIES, bounds, deadlines });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const the: Stage = {
    ...{ url, bounds, users, forbidden, authenticated, defects },
    async take({ body }) {
      let size = 0;
      for await (const chunk of body?.bytes ?? []) size += chunk.length;
      return { reply: { size } };
    },
    measured: () => metrics.registry.metrics(),
    give: () => ({ type: 'text/plain', bytes: Buffer.from('nothing') }),
    ask(method, path, headers = {}) {
      const asked = request(url + path, { method, agent: false, headers: { authorization: 'Bearer ann', ...headers } });
      asks.push(asked.on('error', () => {}));
      return asked;
    },
    async close() {
      for (const each of asks) each.destroy();
      const closed = once(server, 'close');
      server.close();
      answers.cut();
      await closed;
    },
  };
  return the;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** The whole answer; rejects when it breaks off. */
export async function answerTo(asked: ClientRequest): Promise<Answered> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** The whole answer of the route that gives bytes. */
export const get = (the: Stage, headers: Record<string, string> = {}, method = 'GET'): Promise<Answered> =>
  answerTo(the.ask(method, '/files/1', headers).end());
