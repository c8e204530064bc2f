/** The side of an image that clients see: its routes and its live connections, on the one HTTP server. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Failure } from './contract/failure.js';
import type { Edge, RunningEdge } from './core/host.js';
import { deliverSpan } from './core/spans.js';
import { expressApp } from './drivers/express/app.js';
import type { GatewayFanout } from './drivers/socketio/gateway-fanout.js';
import { socketServer } from './drivers/socketio/server.js';
import { refuse } from './http/answer.js';
import { routesOf } from './http/call.js';
import { NO_PROXIES, type Proxies } from './http/client-address.js';
import { indexPage } from './http/index-page.js';
import { plainRoutes } from './http/plain-routes.js';
import { securityHeaders } from './http/security-headers.js';
import { openSite } from './http/site.js';

type EdgeOptions = Parameters<Edge>[0] & {
  readonly server: Server;
  readonly fanout: GatewayFanout;
  /** Default: nobody is believed about clients. */
  readonly proxies?: Proxies;
};

const AGAIN = { retryAfterMs: 1_000 };

export function openEdge(options: EdgeOptions): RunningEdge {
  const { image, invoker, metrics, log, tracer, server, fanout, proxies = NO_PROXIES } = options;
  const { bindings, page } = image;
  const sockets = socketServer({
    ...{ httpServer: server, bindings, invoker, log },
    addressOf: proxies.clientOf,
    current: () => fanout.current(),
    watch(emission, connections) {
      const { send, since, traceparent } = emission;
      const span = tracer && traceparent !== undefined && deliverSpan(tracer, send, connections, traceparent);
      return () => {
        metrics.delivered(send, connections, since);
        if (span) span.end();
      };
    },
  });
  // Socket.IO answers its own requests, in front of the listener.
  sockets.io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    proxies.dropForged(request);
    securityHeaders(request, response, next);
  });
  fanout.attach(sockets);
  metrics.watchSockets(() => sockets.connections());
  const site = page?.site === undefined ? undefined : openSite(page.site);
  const rest = { routes: routesOf(bindings), invoker, log, proxies };
  const plain = plainRoutes(rest);
  const app = expressApp({ ...rest, ...(page && { index: indexPage(page) }) });
  let gone = false;
  return {
    routes: (request, response) => {
      if (gone) return refuse(response, new Failure('unavailable', 'this server is going away', AGAIN));
      if (plain(request, response)) return;
      securityHeaders(request, response, () => site?.(request, response) || app(request, response));
    },
    async drain(withinMs) {
      await sockets.drain(withinMs);
      gone = true;
      await sockets.close();
    },
  };
}
