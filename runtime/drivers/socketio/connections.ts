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
import { networkOf } from '../../core/network.js';
import { BODY_LIMIT, type Bounds } from '../../http/bounds/bounds.js';
import { type Share, Shares } from '../../http/bounds/shares.js';
import type { PeerServer, RawConnection } from './peer.js';
import { Traffic } from './traffic.js';

export interface ConnectionTimes {
  /** For how long the same bytes may be unread; default 30 000. */
  readonly unreadForMs?: number;
  /** Who has not begun to join by then is not going to; default 10 000. */
  readonly beginWithinMs?: number;
}

export interface ConnectionsOptions extends ConnectionTimes {
  readonly io: PeerServer;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly bounds: Bounds;
  readonly log: Log;
}

export interface Connections {
  /** Which limit is in the way of one more that has not joined. */
  refuses(request: IncomingMessage): keyof Share | undefined;
  of(connection: RawConnection): Traffic;
  joined(connection: RawConnection, userId: string): void;
  /** Closes who has not begun to join in time, and who does not read. To be called every second or so. */
  sweep(): void;
}

/** Nobody guesses one: who knows it may speak over the connection. */
const SESSION_BYTES = 18;
const FAREWELL_MS = 2_000;
/** For the body of a request to arrive. */
const REQUEST_MS = 30_000;

export function watchConnections(options: ConnectionsOptions): Connections {
  const { io, addressOf, bounds, log, unreadForMs = 30_000, beginWithinMs = 10_000 } = options;
  const { engine } = io;
  const { bytes: account } = bounds;
  const connections = new Map<RawConnection, Traffic>();
  /** By the numbers that Engine.IO gives to its connections, and which later requests of theirs bring along. */
  const bySession = new Map<string, { readonly connection: RawConnection; readonly traffic: Traffic }>();
  const sessions = new WeakMap<IncomingMessage, string>();
  /** Those that have not joined. */
  const halfOpen = new Shares<RawConnection>(bounds.limits.halfOpen, connection => connection.close(true));
  const networkFor = (request: IncomingMessage): string => networkOf(addressOf(request));

  function cut(connection: RawConnection, why: string): void {
    const traffic = connections.get(connection);
    log.warn({ address: traffic?.address, why }, 'a client is cut off');
    connection.close(true);
    // What it has not read would otherwise wait for it as long as it likes.
    traffic?.stream?.destroy();
  }

  engine.generateId = (request: IncomingMessage) => {
    const session = randomBytes(SESSION_BYTES).toString('base64url');
    sessions.set(request, session);
    return session;
  };

  engine.on('connection', (connection: RawConnection) => {
    const { request } = connection;
    const session = sessions.get(request) ?? '';
    const network = networkFor(request);
    const traffic = new Traffic(addressOf(request), () => cut(connection, 'it holds more than there is room for'));
    connections.set(connection, traffic);
    bySession.set(session, { connection, traffic });
    halfOpen.add(network, connection);
    account.add(network, traffic);
    if (connection.transport.name === 'websocket') {
      traffic.stream = request.socket;
      count(request.socket, connection, traffic);
      empty(request);
    }

    connection.on('packetCreate', ({ data }) => {
      const bytes = data === undefined ? 0 : Buffer.byteLength(data);
      traffic.created(bytes);
      account.grew(traffic, bytes);
    });
    connection.on('flush', () => traffic.flushed());
    connection.on('packet', () => traffic.whole());
    connection.on('close', () => {
      bySession.delete(session);
      halfOpen.remove(connection);
      traffic.whole();
      traffic.flushed();
      if (traffic.unread === 0) end();
      else setTimeout(end, FAREWELL_MS).unref();
    });
    /** What was sent last may take that long to be read; it counts until then. */
    const end = (): void => {
      connections.delete(connection);
      account.remove(traffic);
      if (traffic.unread > 0) traffic.stream?.destroy();
    };
    // As the documentation advises: the request that a connection began with is half of what it weighs.
    (connection as { request: IncomingMessage | null }).request = null;
  });

  /** Counts what comes over a WebSocket, in front of who reads it and tells of whole packets. */
  function count(stream: TcpStream, connection: RawConnection, traffic: Traffic): void {
    stream.prependListener('data', (chunk: Buffer) => {
      const { length } = chunk;
      if (traffic.received(length)) account.grew(traffic, length);
      else cut(connection, 'it sends too much before it has signed in');
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
        empty(request);
      });
      // When it is a WebSocket's: who listens earlier takes from it what it has to read.
      setImmediate(() => count(socket, connection, traffic));
    } else if (method === 'GET') {
      traffic.stream = socket;
      response.once('close', () => {
        if (traffic.stream === socket) traffic.stream = undefined;
      });
    } else if (method === 'POST') {
      const bytes = bytesOf(request) ?? (traffic.joined ? BODY_LIMIT : Number.POSITIVE_INFINITY);
      if (bytes > BODY_LIMIT || !traffic.received(bytes)) return refuse(response);
      account.grew(traffic, bytes);
      const late = setTimeout(() => socket.destroy(), REQUEST_MS).unref();
      response.once('close', () => {
        clearTimeout(late);
        traffic.whole();
      });
    }
    next();
  });

  return {
    refuses: request => halfOpen.refuses(networkFor(request)),
    of: connection => connections.get(connection) ?? new Traffic('', () => {}),
    joined(connection, userId) {
      const traffic = connections.get(connection);
      if (!traffic) return;
      traffic.joined = true;
      halfOpen.remove(connection);
      account.pass(traffic, userId);
    },
    sweep() {
      const now = Date.now();
      connections.forEach((traffic, connection) => {
        const { joined, joining, since } = traffic;
        if (!joined && !joining && now - since > beginWithinMs) connection.close(true);
        if (traffic.unreadFor(now) > unreadForMs) cut(connection, 'it does not read what it is sent');
      });
    },
  };
}

function refuse(response: ServerResponse): void {
  response.writeHead(413, { connection: 'close', 'content-type': 'application/json' });
  response.end('{"code":3,"message":"Payload too large"}');
}

/** Engine.IO holds the request of a WebSocket as long as that is open (6.6.12), and a browser says much in one. */
function empty(request: IncomingMessage): void {
  request.headers = {};
  request.rawHeaders = [];
}

/** Undefined when the request does not say. */
function bytesOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

const sessionOf = ({ url = '' }: IncomingMessage): string =>
  new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('sid') ?? '';
