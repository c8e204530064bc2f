/**
 * Bytes under way between this process and its clients: how much each has not read yet of what it was sent. Counted by
 * the documented events of Engine.IO, `packetCreate` and `flush`, and by what the TCP stream says that it holds.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket as TcpStream } from 'node:net';
import type { PeerServer, RawConnection } from './peer.js';

export class Traffic {
  /** What carries the connection now: of polling, the latest request's. */
  stream: TcpStream | undefined;
  /** Bytes that wait for the transport to take them. */
  private waiting = 0;

  constructor(
    /** The client's, or that of the proxy that nobody trusts. */
    readonly address: string,
  ) {}

  created(bytes: number): void {
    this.waiting += bytes;
  }

  flushed(): void {
    this.waiting = 0;
  }

  /** Bytes that were sent to the client and that the system has not taken yet. */
  get unread(): number {
    return this.waiting + (this.stream?.writableLength ?? 0);
  }
}

export interface TrafficWatch {
  of(connection: RawConnection): Traffic;
}

export function watchTraffic({ engine }: PeerServer, addressOf: (request: IncomingMessage) => string): TrafficWatch {
  const byConnection = new Map<RawConnection, Traffic>();
  /** By the numbers that Engine.IO gives to its connections, and which later requests of theirs bring along. */
  const bySession = new Map<string, Traffic>();
  const sessions = new WeakMap<IncomingMessage, string>();

  engine.generateId = (request: IncomingMessage) => {
    const session = randomBytes(SESSION_BYTES).toString('base64url');
    sessions.set(request, session);
    return session;
  };

  engine.on('connection', (connection: RawConnection) => {
    const { request } = connection;
    const session = sessions.get(request) ?? '';
    const traffic = new Traffic(addressOf(request));
    traffic.stream = request.socket;
    bySession.set(session, traffic);
    byConnection.set(connection, traffic);
    connection.on('packetCreate', ({ data }) => traffic.created(sizeOf(data)));
    connection.on('flush', () => traffic.flushed());
    connection.once('close', () => {
      bySession.delete(session);
      byConnection.delete(connection);
    });
    // As the documentation advises: the request that a connection began with is half of what it weighs.
    (connection as { request: IncomingMessage | null }).request = null;
  });

  engine.use((request: IncomingMessage, _response: unknown, next: () => void) => {
    const traffic = bySession.get(sessionOf(request));
    if (traffic && request.method === 'GET') traffic.stream = request.socket;
    next();
  });

  return { of: connection => byConnection.get(connection) ?? new Traffic('') };
}

/** Nobody guesses one: who knows it may speak over the connection. */
const SESSION_BYTES = 18;

const sizeOf = (data: string | Buffer | undefined): number => (data === undefined ? 0 : Buffer.byteLength(data));

const sessionOf = ({ url = '' }: IncomingMessage): string =>
  new URLSearchParams(url.slice(url.indexOf('?'))).get('sid') ?? '';
