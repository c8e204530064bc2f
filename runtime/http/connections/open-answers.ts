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

/**
 * Requests of one connection whose answers are not finished. Browsers and proxies send the next one when they have the
 * answer; each that is sent ahead costs kilobytes until its turn, and there is no public way to leave it unread.
 */
const MOST_AHEAD = 16;

/** To be called before the server has connections. Who sends more than 16 requests ahead of their answers is cut off. */
export function openAnswers(server: Server): OpenAnswers {
  /**
   * Of each connection, in the order in which they will be written; nothing yet where nothing has been asked. Lists and no sets: what
   * a set has outgrown refers to what comes after it, and one that is old when it is left keeps all that came since.
   */
  const connections = new Map<Duplex, ServerResponse[] | null>();
  // One for all of them, as they are many and long idle.
  function left(this: Duplex): void {
    const unfinished = connections.get(this);
    connections.delete(this);
    if (unfinished?.length) process.nextTick(abandon, unfinished);
  }
  server.on('connection', connection => {
    // One that comes again, after a wish for another protocol.
    if (connections.has(connection)) return;
    connections.set(connection, null);
    connection.on('close', left);
  });
  function closed(this: ServerResponse): void {
    const open = connections.get(this.req.socket);
    const at = open?.indexOf(this) ?? -1;
    if (at !== -1) open?.splice(at, 1);
  }
  return {
    note({ socket }, response) {
      let open = connections.get(socket);
      if (open === undefined || open?.includes(response)) return;
      if (open === null) {
        open = [];
        connections.set(socket, open);
      }
      open.push(response);
      response.on('close', closed);
      if (open.length > MOST_AHEAD) socket.destroy();
    },
    whenAnswered(connection, then) {
      const last = connections.get(connection)?.at(-1);
      if (last) last.once('close', then);
      else then();
    },
    busy() {
      for (const open of connections.values()) {
        for (const { req, writableEnded } of open ?? []) if (req.complete && !writableEnded) return true;
      }
      return false;
    },
    cut() {
      for (const connection of connections.keys()) connection.destroy();
    },
  };
}

/**
 * Of a connection that is lost, Node closes only the answer whose turn it is: those behind it would never be told, and
 * what they hold would be held for ever.
 */
function abandon(unfinished: readonly ServerResponse[]): void {
  for (const response of [...unfinished]) response.destroy().emit('close');
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
