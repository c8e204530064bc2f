/**
 * The connections of Engine.IO, whatever transport they use, from their handshake on: how many have not joined yet, by
 * network, and how many bytes each has under way. Nothing of a client is held without a bound: who has not joined may
 * send a few kB; what is not whole yet, and what is not read, is bounded for each and for all together. Seen by Engine.IO's
 * documented events, middleware and `generateId`, and on the TCP connections that the requests came over.
 */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as TcpStream } from 'node:net';
import type { Log } from '../../contract/function.js';
import { networkOf } from '../../http/network.js';
import { HalfOpen, type HalfOpenOptions } from './half-open.js';
import type { PeerServer, RawConnection } from './peer.js';
import { share } from './share.js';
import { Traffic } from './traffic.js';

export interface ConnectionLimits {
  /** Bytes that one client may leave unread, and all together; default 8 and 64 MiB. */
  readonly unread?: number;
  readonly allUnread?: number;
  /** For how long the same bytes may be unread; default 30 000. */
  readonly unreadForMs?: number;
  /** Bytes of unfinished packets and requests, of all clients together; default 64 MiB. */
  readonly allUnfinished?: number;
  /** Of one packet, or of one request; default 1 MiB. */
  readonly packet?: number;
  /** Of those who have not joined; `false` counts nobody by network. */
  readonly halfOpen?: HalfOpenOptions | false;
}

export interface ConnectionsOptions {
  readonly io: PeerServer;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly limits: ConnectionLimits;
  readonly log: Log;
}

export interface Connections {
  /** Whether one more may open for this handshake. */
  admits(request: IncomingMessage): boolean;
  /** Makes room for this handshake, where there is none, if somebody has to. */
  makeRoom(request: IncomingMessage): boolean;
  of(connection: RawConnection): Traffic;
  joined(connection: RawConnection, userId: string): void;
  /** Closes who has not begun to join in time, and who does not read. To be called every second or so. */
  sweep(): void;
}

const MIB = 1024 * 1024;
/** Nobody guesses one: who knows it may speak over the connection. */
const SESSION_BYTES = 18;
const FAREWELL_MS = 2_000;
/** For the body of a request to arrive. */
const REQUEST_MS = 30_000;

export function watchConnections({ io: { engine }, addressOf, limits, log }: ConnectionsOptions): Connections {
  const { unread: mostUnread = 8 * MIB, unreadForMs = 30_000, packet: mostOfPacket = MIB } = limits;
  const connections = new Map<RawConnection, Traffic>();
  /** By the numbers that Engine.IO gives to its connections, and which later requests of theirs bring along. */
  const bySession = new Map<string, { readonly connection: RawConnection; readonly traffic: Traffic }>();
  const sessions = new WeakMap<IncomingMessage, string>();
  const counts = limits.halfOpen !== false;
  const halfOpen = new HalfOpen(limits.halfOpen || {});
  const networkFor = (request: IncomingMessage): string => networkOf(addressOf(request));

  const cut = (why: string) => (connection: RawConnection) => {
    const traffic = connections.get(connection);
    log.warn({ address: traffic?.address, why }, 'a client is cut off');
    connection.close(true);
    // What it has not read would otherwise wait for it as long as it likes.
    traffic?.stream?.destroy();
  };
  const cutUnread = cut('it does not read what it is sent');
  const cutUnfinished = cut('it sends more than there is room for');
  const addUnread = share({
    ...{ most: limits.allUnread ?? 64 * MIB, connections, cut: cutUnread },
    held: traffic => traffic.unread,
  });
  const addUnfinished = share({
    ...{ most: limits.allUnfinished ?? 64 * MIB, connections, cut: cutUnfinished },
    held: traffic => traffic.unfinished,
  });

  engine.generateId = (request: IncomingMessage) => {
    const session = randomBytes(SESSION_BYTES).toString('base64url');
    sessions.set(request, session);
    return session;
  };

  engine.on('connection', (connection: RawConnection) => {
    const { request } = connection;
    const session = sessions.get(request) ?? '';
    const network = networkFor(request);
    const traffic = new Traffic(addressOf(request), network);
    connections.set(connection, traffic);
    bySession.set(session, { connection, traffic });
    halfOpen.add(network, connection, traffic);
    if (connection.transport.name === 'websocket') {
      traffic.stream = request.socket;
      count(request.socket, connection, traffic);
    }

    connection.on('packetCreate', ({ data }) => {
      const bytes = data === undefined ? 0 : Buffer.byteLength(data);
      traffic.created(bytes);
      addUnread(bytes);
      if (traffic.unread > mostUnread) queueMicrotask(() => cutUnread(connection));
    });
    connection.on('flush', () => traffic.flushed());
    connection.on('packet', () => traffic.whole());
    connection.once('close', () => {
      bySession.delete(session);
      halfOpen.remove(network, connection);
      traffic.whole();
      traffic.flushed();
      if (traffic.unread === 0) connections.delete(connection);
      else setTimeout(end, FAREWELL_MS).unref();
    });
    /** What was sent last may take that long to be read; it counts until then. */
    const end = (): void => {
      connections.delete(connection);
      traffic.stream?.destroy();
    };
    // As the documentation advises: the request that a connection began with is half of what it weighs.
    (connection as { request: IncomingMessage | null }).request = null;
  });

  /** Counts what comes over a WebSocket, in front of who reads it and tells of whole packets. */
  function count(stream: TcpStream, connection: RawConnection, traffic: Traffic): void {
    stream.prependListener('data', (chunk: Buffer) => {
      const { length } = chunk;
      if (traffic.received(length)) addUnfinished(length);
      else cutUnfinished(connection);
    });
  }

  /** Before Engine.IO reads anything of a request that is of a connection that there is. */
  engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const session = bySession.get(sessionOf(request));
    if (!session) return next();
    const { connection, traffic } = session;
    const { method, socket } = request;
    if (!(response instanceof ServerResponse)) {
      connection.once('upgrade', () => {
        traffic.stream = socket;
      });
      // When it is a WebSocket's: who listens earlier takes from it what it has to read.
      setImmediate(() => count(socket, connection, traffic));
    } else if (method === 'GET') {
      traffic.stream = socket;
      response.once('close', () => {
        if (traffic.stream === socket) traffic.stream = undefined;
      });
    } else if (method === 'POST') {
      const bytes = bytesOf(request) ?? (traffic.joined ? mostOfPacket : Number.POSITIVE_INFINITY);
      if (bytes > mostOfPacket || !traffic.received(bytes)) return refuse(response);
      addUnfinished(bytes);
      const late = setTimeout(() => socket.destroy(), REQUEST_MS).unref();
      response.once('close', () => {
        clearTimeout(late);
        traffic.whole();
      });
    }
    next();
  });

  return {
    admits: request => !counts || halfOpen.admits(networkFor(request)),
    makeRoom: request => halfOpen.makeRoom(networkFor(request)),
    of: connection => connections.get(connection) ?? new Traffic('', ''),
    joined(connection, userId) {
      const traffic = connections.get(connection);
      if (!traffic) return;
      halfOpen.remove(traffic.owner, connection);
      traffic.join(userId);
    },
    sweep() {
      const now = Date.now();
      halfOpen.closeLate(now);
      for (const [connection, traffic] of connections) {
        if (traffic.unreadFor(now) > unreadForMs) cutUnread(connection);
      }
    },
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(413, { connection: 'close', 'content-type': 'application/json' });
  response.end('{"code":3,"message":"Payload too large"}');
}

/** Undefined when the request does not say. */
function bytesOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

const sessionOf = ({ url = '' }: IncomingMessage): string =>
  new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('sid') ?? '';
