/** The side of a service that clients see: its routes and its live connections, on the one HTTP server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from './contract/failure.js';
import { deliverSpan } from './core/spans.js';
import { restRouter } from './drivers/express/router.js';
import type { GatewayFanout } from './drivers/socketio/gateway-fanout.js';
import { socketServer } from './drivers/socketio/server.js';
import type { Edge, RunningEdge } from './host.js';
import { refuse } from './http/answer.js';
import { type Bounds, createBounds } from './http/bounds/bounds.js';
import { routesOf } from './http/call.js';
import { NO_PROXIES, type Proxies } from './http/connections/client-address.js';
import { answerUpgrades } from './http/connections/upgrades.js';
import { indexPage } from './http/index-page.js';
import type { Listener } from './http/listener.js';
import { setSecurityHeaders } from './http/security-headers.js';
import { openSite } from './http/site.js';

type EdgeOptions = Parameters<Edge>[0] & {
  readonly listener: Omit<Listener, 'close'>;
  readonly fanout: GatewayFanout;
  /** Default: nobody is believed about clients. */
  readonly proxies?: Proxies;
  /** The same as the listener's. */
  readonly bounds?: Bounds;
  /** The folder of the built site. */
  readonly site?: URL;
};

/** Socket.IO's default path. By long polling its requests are plain ones, whatever they ask for besides. */
const isSocketIo = (target: string): boolean =>
  target.startsWith('/socket.io/') && new URLSearchParams(target.split('?')[1]).get('transport') === 'websocket';

const AGAIN = { retryAfterMs: 1_000 };

export function openEdge(options: EdgeOptions): RunningEdge {
  const {
    service,
    invoker,
    metrics,
    log,
    tracer,
    listener,
    fanout,
    proxies = NO_PROXIES,
    bounds = createBounds({ proxies }),
  } = options;
  const { server, arrive, answers, deadlines, upgraded } = listener;
  const { bindings, page } = service;
  const sockets = socketServer({
    ...{ httpServer: server, bindings, invoker, log, bounds },
    addressOf: proxies.clientOf,
    current: () => fanout.current(),
    ...(fanout.interest && { interest: fanout.interest }),
    watch(emission, connections) {
      const { send, since, traceparent } = emission;
      const span = tracer && traceparent !== undefined && deliverSpan(tracer, send, connections, traceparent);
      return () => {
        metrics.delivered(send, connections, since);
        if (span) span.end();
      };
    },
  });
  // Socket.IO answers its own requests, in front of the listener, and leaves other people's upgrades without an answer.
  server.prependListener('request', arrive);
  answerUpgrades(server, answers, {
    wants: isSocketIo,
    take(request, connection, head) {
      upgraded(connection);
      sockets.io.engine.handleUpgrade(request, connection, head);
    },
  });
  sockets.io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    proxies.dropForged(request);
    setSecurityHeaders(request, response);
    next();
  });
  fanout.attach(sockets);
  metrics.watchSockets(() => sockets.connections());
  const site = options.site && openSite(options.site, bounds);
  const rest = restRouter({
    ...{ routes: routesOf(bindings), invoker, log, proxies, bounds, deadlines },
    ...(page && { index: indexPage(page) }),
  });
  let gone = false;
  return {
    routes: (request, response) => {
      if (gone) return refuse(response, new Failure('unavailable', 'this server is going away', AGAIN));
      if (!site?.(request, response)) rest(request, response);
    },
    async drain(withinMs) {
      await sockets.drain(withinMs);
      gone = true;
      await sockets.close();
    },
  };
}
