/** The side of an image that clients see: its routes and its live connections, on the one HTTP server. */
import type { Server } from 'node:http';
import type { Edge, RunningEdge } from './core/host.js';
import { expressApp } from './drivers/express/app.js';
import type { GatewayFanout } from './drivers/socketio/gateway-fanout.js';
import { socketServer } from './drivers/socketio/server.js';
import { index } from './http/index-page.js';

type EdgeOptions = Parameters<Edge>[0] & { readonly server: Server; readonly fanout: GatewayFanout };

export function openEdge({ bindings, invoker, metrics, log, server, fanout }: EdgeOptions): RunningEdge {
  const sockets = socketServer({ httpServer: server, bindings, invoker, log, current: () => fanout.current() });
  fanout.attach(sockets);
  metrics.watchSockets(() => sockets.connections());
  return {
    routes: expressApp({ bindings, invoker, log, index }),
    async drain(withinMs) {
      await sockets.drain(withinMs);
      await sockets.close();
    },
  };
}
