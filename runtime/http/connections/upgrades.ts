/**
 * Requests that ask for another protocol. A WebSocket is left to who takes it; whatever else is asked for (h2c, a
 * WebSocket elsewhere) is not spoken here, and such a request is answered as the plain one that it also is
 * (https://www.rfc-editor.org/rfc/rfc9110#section-7.8). A server of Node gives a connection away with any such request;
 * so it gets the connection back, as a new one, that begins with the same request without the wish. Left to itself, or
 * with Node 24's `shouldUpgradeCallback`, it would answer the request and lose those that came in one packet with it.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { toOriginForm } from '../request/target.js';
import type { OpenAnswers } from './open-answers.js';

export interface WebSockets {
  /** Whether a WebSocket to this target, in origin form, is taken. */
  readonly wants: (target: string) => boolean;
  readonly take: (request: IncomingMessage, connection: Duplex, head: Buffer) => void;
}

const NONE: WebSockets = { wants: () => false, take: () => {} };

/** In the place of all who listen for upgrades to the server already. */
export function answerUpgrades(server: Server, answers: OpenAnswers, { wants, take }: WebSockets = NONE): void {
  // With an upgrade Node takes its own listener off the connection, and a reset that nobody listens for ends the process.
  server.on('connection', connection => connection.off('error', ignore).on('error', ignore));
  /** What was asked before on the connection is answered before. */
  const inTurn = (connection: Duplex, then: () => void): void =>
    answers.whenAnswered(connection, () => {
      if (!connection.destroyed) then();
    });

  server.removeAllListeners('upgrade').on('upgrade', (request, connection, head) =>
    inTurn(connection, () => {
      toOriginForm(request);
      if (isWebSocket(request) && wants(request.url ?? '')) take(request, connection, head);
      else handBack(server, request, connection, head);
    }),
  );
  server
    .removeAllListeners('connect')
    .on('connect', (_request, connection) => inTurn(connection, () => connection.end(NO_TUNNEL)));
}

const ignore = (): void => {};

const isWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

function handBack(server: Server, request: IncomingMessage, connection: Duplex, head: Buffer): void {
  // It may have been idle between requests, and have a timeout for that.
  request.socket.setTimeout(0);
  connection.unshift(Buffer.concat([headOf(request), head]));
  server.emit('connection', connection);
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at], rawHeaders[at + 1]];
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** CONNECT asks for a tunnel to somewhere else. */
const NO_TUNNEL =
  'HTTP/1.1 405 Method Not Allowed\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
