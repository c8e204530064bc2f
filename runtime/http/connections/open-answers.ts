/** The answers that a server has not finished, and how it ends with none unfinished. */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface OpenAnswers {
  /** To be called with every request, before anybody answers it; a second time does nothing. */
  note(request: IncomingMessage, response: ServerResponse): void;
  /** Calls back when every request of the connection up to now has its answer, at once where that is so already. */
  whenAnswered(connection: Duplex, then: () => void): void;
  /** Whether work goes on for a request that has come whole. */
  busy(): boolean;
  /** Cuts all connections, those too that speak another protocol by now. */
  cut(): void;
}

/** To be called before the server has connections. */
export function openAnswers(server: Server): OpenAnswers {
  const connections = new Set<Duplex>();
  // One for all of them, as they are many and long idle.
  function left(this: Duplex): void {
    connections.delete(this);
  }
  server.on('connection', connection => {
    // One that comes again, after a wish for another protocol.
    if (connections.has(connection)) return;
    connections.add(connection);
    connection.on('close', left);
  });
  const open = new Set<ServerResponse>();
  function closed(this: ServerResponse): void {
    open.delete(this);
  }
  return {
    note(_request, response) {
      if (open.has(response)) return;
      open.add(response);
      response.on('close', closed);
    },
    whenAnswered(connection, then) {
      let last: ServerResponse | undefined;
      for (const response of open) if (response.req.socket === connection) last = response;
      if (last) last.once('close', then);
      else then();
    },
    busy() {
      for (const { req, writableEnded } of open) if (req.complete && !writableEnded) return true;
      return false;
    },
    cut() {
      for (const connection of connections) connection.destroy();
    },
  };
}

const SWEEP_MS = 20;
/** For reading the last answers, and for requests that are not whole yet. */
const LINGER_MS = 1_000;

/**
 * Takes no new connections, and resolves when each of those that there are has its answer and is gone. Who has sent half
 * a request, or does not read, is waited for no longer than a second.
 */
export async function closeServer(server: Server, { busy, cut }: OpenAnswers): Promise<void> {
  const closed = once(server, 'close');
  const since = performance.now();
  server.close();
  // One whose request is answered only now would stay, idle, for as long as connections are kept alive.
  const sweep = setInterval(() => {
    if (performance.now() - since > LINGER_MS && !busy()) cut();
    else server.closeIdleConnections();
  }, SWEEP_MS);
  await closed;
  clearInterval(sweep);
}
