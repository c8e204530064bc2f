/** The HTTP server of an image with clients, as it is put together for real, around an invoker that does as it is told. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Failure } from '#runtime/contract/failure.js';
import { on, type Service } from '#runtime/contract/service.js';
import { connection, http, socket } from '#runtime/contract/trigger.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { parseNetworks } from '#runtime/core/network.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { openEdge } from '#runtime/edge.js';
import { refuse } from '#runtime/http/answer.js';
import { type Bounds, createBounds, type Limits } from '#runtime/http/bounds/bounds.js';
import { trustedProxies } from '#runtime/http/connections/client-address.js';
import { createListener, type ListenerLimits, type ListenerParts } from '#runtime/http/listener.js';
import { callerOf } from './gateway.js';
import { type FakeInvoker, fakeInvoker, named, silent } from './invoker.js';

export interface Front {
  readonly invoker: FakeInvoker;
  readonly port: number;
  readonly url: string;
  readonly bounds: Bounds;
  /** Those that are open. */
  connections(): Promise<number>;
  /** As a process does that is told to go. */
  end(): Promise<void>;
  close(): Promise<void>;
}

const open = Type.Object({});
const bindings = [
  on(http.post('/v1/open'), named('open', 'public', open)),
  on(http.get('/v1/things'), named('things', 'user', open)),
  on(connection('connect'), named('connect', 'user', open)),
  on(socket('ask'), named('ask', 'user', open)),
];

const image: Service = { name: 'test', queues: [], bindings, page: { title: 'Test', text: '<p>A test.</p>' } };

export interface FrontOptions {
  readonly limits?: ListenerLimits;
  /** Addresses and networks of proxies that are believed; default none. */
  readonly trustProxy?: string;
  /** What clients may make it hold. */
  readonly shares?: Partial<Limits>;
}

/** The one token that is good is `ann`. */
export async function front(options: FrontOptions = {}): Promise<Front> {
  const { limits, trustProxy, shares = {} } = options;
  const proxies = trustedProxies(trustProxy === undefined ? [] : parseNetworks(trustProxy));
  const bounds = createBounds({ proxies, limits: shares });
  const invoker = fakeInvoker();
  invoker.tokens.set('ann', callerOf('ann'));
  const metrics = createMetrics('test');
  const parts: ListenerParts = {
    health: { report: () => ({ ready: false, parts: { database: 'down: away' } }) },
    metrics,
    proxies,
    bounds,
    receiveEvents: (_request, response) => refuse(response, new Failure('unavailable', 'not yet')),
  };
  const listener = createListener(parts, limits);
  const { server } = listener;
  // As in a service, which is to answer for its health before it has anything else.
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const idle = async () => undefined;
  const fanout = memoryFanout();
  const edge = openEdge({
    service: image,
    invoker: { ...invoker, idle },
    metrics,
    log: silent,
    listener,
    fanout,
    proxies,
    bounds,
  });
  parts.routes = edge.routes;
  const { port } = server.address() as AddressInfo;
  return {
    invoker,
    port,
    bounds,
    url: `http://127.0.0.1:${port}`,
    connections: promisify(server.getConnections.bind(server)),
    async end() {
      await edge.drain(1_000);
      await listener.close();
    },
    async close() {
      await edge.drain(0);
      const closed = once(server, 'close');
      server.close();
      listener.answers.cut();
      await closed;
    },
  };
}
