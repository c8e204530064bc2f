/**
 * A body is whole in its time, or its connection is cut. Node's own `requestTimeout` knows no exception; here a body that a
 * function takes as it comes is exempt for so long: it has to go on coming instead, see `Pace`.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { hasBody } from '../request/body.js';

export interface BodyDeadlines {
  /** To be called with every request whose headers are there; a second time does nothing. */
  note(request: IncomingMessage, response: ServerResponse): void;
  /** Exempts a body, until what is given is called: what is left of it then has as long as any other. */
  exempt(request: IncomingMessage, response: ServerResponse): () => void;
}

interface Deadline {
  readonly response: ServerResponse;
  readonly at: number;
}

export function bodyDeadlines(server: Server, withinMs: number, checkEveryMs: number): BodyDeadlines {
  /** The earliest first. */
  const deadlines = new Map<IncomingMessage, Deadline>();

  function begin(request: IncomingMessage, response: ServerResponse): void {
    if (!request.complete && !request.destroyed) deadlines.set(request, { response, at: performance.now() + withinMs });
  }

  const check = setInterval(() => {
    const now = performance.now();
    for (const [request, { response, at }] of deadlines) {
      if (at > now) return;
      deadlines.delete(request);
      cut(request, response);
    }
  }, checkEveryMs).unref();
  server.once('close', () => clearInterval(check));

  return {
    note(request, response) {
      if (!hasBody(request) || deadlines.has(request)) return;
      begin(request, response);
      request.once('close', () => deadlines.delete(request));
    },
    exempt(request, response) {
      deadlines.delete(request);
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
