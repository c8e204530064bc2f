/** The side of an image that clients see: its routes and its live connections, on the one HTTP server. */
import type { Server } from 'node:http';
import { Failure } from './contract/failure.js';
import type { Edge, RunningEdge } from './core/host.js';
import { deliverSpan } from './core/spans.js';
import { expressApp } from './drivers/express/app.js';
import type { GatewayFanout } from './drivers/socketio/gateway-fanout.js';
import { socketServer } from './drivers/socketio/server.js';
import { refuse } from './http/answer.js';
import { indexPage } from './http/index-page.js';
import { securityHeaders } from './http/security-headers.js';
import { openSite } from './http/site.js';

type EdgeOptions = Parameters<Edge>[0] & { readonly server: Server; readonly fanout: GatewayFanout };

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
  const app = expressApp({ bindings, invoker, log, ...(page && { index: indexPage(page) }) });
  let gone = false;
  return {
    routes: (request, response) => {
      if (!gone) return void (site?.(request, response) || app(request, response));
      refuse(response, new Failure('unavailable', 'this server is going away', { retryAfterMs: 1_000 }));
    },
    async drain(withinMs) {
      await sockets.drain(withinMs);
      gone = true;
      await sockets.close();
    },
  };
}
