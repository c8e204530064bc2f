/** The side of an image that clients see: its routes and its live connections, on the one HTTP server. */
import type { Server } from 'node:http';
import { Failure } from './contract/failure.js';
import type { Edge, RunningEdge } from './core/host.js';
import { deliverSpan } from './core/spans.js';
import { expressApp } from './drivers/express/app.js';
import type { GatewayFanout } from './drivers/socketio/gateway-fanout.js';
import { socketServer } from './drivers/socketio/server.js';
import { refuse } from './http/answer.js';
import { routesOf } from './http/call.js';
import { indexPage } from './http/index-page.js';
import { plainRoutes } from './http/plain-routes.js';
import { securityHeaders } from './http/security-headers.js';
import { openSite } from './http/site.js';

type EdgeOptions = Parameters<Edge>[0] & { readonly server: Server; readonly fanout: GatewayFanout };

const AGAIN = { retryAfterMs: 1_000 };

export function openEdge({ image, invoker, metrics, log, tracer, server, fanout }: EdgeOptions): RunningEdge {
  const { bindings, page } = image;
  const sockets = socketServer({
    ...{ httpServer: server, bindings, invoker, log },
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
  sockets.io.engine.use(securityHeaders);
  fanout.attach(sockets);
  metrics.watchSockets(() => sockets.connections());
  const site = page?.site === undefined ? undefined : openSite(page.site);
  const rest = { routes: routesOf(bindings), invoker, log };
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
