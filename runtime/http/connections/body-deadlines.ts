/**
 * A body is whole in its time, or its connection is cut. Node's own `requestTimeout` knows no exception; here a body that a
 * function takes as it comes is exempt for so long: it has to go on coming instead, see `Pace`.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { hasBody } from '../request/body.js';

export interface BodyDeadlines {
  /** To be called with every request whose headers are there; a second time does nothing. */
  note(request: IncomingMessage, response: ServerResponse): void;
  /** Exempts a body, until what is given is called: what is left of it then has as long as any other. */
  exempt(request: IncomingMessage, response: ServerResponse): () => void;
}

interface Deadline {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly at: number;
}

export function bodyDeadlines(server: Server, withinMs: number, checkEveryMs: number): BodyDeadlines {
  /**
   * Of the last body of each connection, on which they come one after the other. It takes the place of the one before: a map whose
   * entries come and go with every request is made anew every few of them, and what it was before keeps what came since.
   */
  const deadlines = new Map<Duplex, Deadline>();
  function left(this: Duplex): void {
    deadlines.delete(this);
  }
  // It comes again after a wish for another protocol.
  server.on('connection', connection => connection.off('close', left).on('close', left));

  const isOf = (request: IncomingMessage): boolean => deadlines.get(request.socket)?.request === request;

  function begin(request: IncomingMessage, response: ServerResponse): void {
    if (request.complete || request.destroyed) return;
    deadlines.set(request.socket, { request, response, at: performance.now() + withinMs });
  }

  const check = setInterval(() => {
    const now = performance.now();
    for (const [connection, { request, response, at }] of deadlines) {
      if (at > now) continue;
      deadlines.delete(connection);
      cut(request, response);
    }
  }, checkEveryMs).unref();
  server.once('close', () => clearInterval(check));

  return {
    note(request, response) {
      if (hasBody(request) && !isOf(request)) begin(request, response);
    },
    exempt(request, response) {
      if (isOf(request)) deadlines.delete(request.socket);
      return () => begin(request, response);
    },
  };
}

/** Says why on the connection itself, as Node does: whoever reads the body may still answer, and must not be in its way. */
function cut({ complete, socket }: IncomingMessage, { headersSent }: ServerResponse): void {
  if (complete) return;
  if (!headersSent) socket.write('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n\r\n');
  socket.destroy();
}
