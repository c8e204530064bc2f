/**
 * Live connections: a Socket.IO server whose clients are authenticated and in their rooms before they are connected.
 * The `connect` binding runs in the middleware of the handshake, so that its failure is the client's `connect_error`,
 * and no event of the client can be heard before its rooms are there. Only this process's connections are its affair;
 * what others emit comes in through `receiver`.
 */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from 'socket.io';
import type { Caller } from '../../contract/caller.js';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Invoker } from '../../contract/invoker.js';
import type { Binding } from '../../contract/service.js';
import { socketError } from '../../core/codes.js';
import { BODY_LIMIT, type Bounds, createBounds } from '../../http/bounds/bounds.js';
import { Shares } from '../../http/bounds/shares.js';
import { inTurns } from '../in-turns.js';
import { limit } from '../limit.js';
import { calls } from './calls.js';
import { type ConnectionTimes, watchConnections } from './connections.js';
import { disconnectQueue } from './disconnect-queue.js';
import { drainPeers } from './drain.js';
import type { Interest } from './gateway-fanout.js';
import { Decoder, Encoder } from './parser.js';
import { closeTransport, newPeer, type Peer, type PeerServer, type PeerSocket } from './peer.js';
import { type Receiver, rooms, type Watch } from './rooms.js';
import { startSweeping } from './sweep.js';
import { WebSockets } from './websockets.js';

export interface SocketServerOptions {
  /** Must have its request listener already: Socket.IO puts itself in front of it. */
  readonly httpServer: HttpServer;
  /** Those that are neither socket nor connection triggers are left to others. */
  readonly bindings: readonly Binding[];
  readonly invoker: Invoker;
  readonly log: Log;
  /** The address of a connection's client, from the request that it began with. Default: that of the connection. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** Whether all emissions up to now, give or take what a promise allows, have been applied. Default: always. */
  readonly current?: () => boolean;
  /** The most events that one connection may have without an answer; default 2500. */
  readonly maxUnanswered?: number;
  /** Of connections and bytes. More clients than may join are refused, to find room on another gateway. */
  readonly bounds?: Bounds;
  readonly times?: ConnectionTimes;
  readonly watch?: Watch;
  readonly interest?: Interest;
  /** A client that does not answer is taken for gone; default after 30 and 15 seconds. */
  readonly ping?: { readonly everyMs: number; readonly answeredWithinMs: number };
}

export interface SocketServer {
  readonly io: PeerServer;
  readonly receiver: Receiver;
  connections(): number;
  /** No new clients; the others are told, and cut off one by one within the grace, their events answered. */
  drain(graceMs: number): Promise<void>;
  /** Cuts off all clients and waits until their `disconnect` bindings are done. The HTTP server stays. */
  close(): Promise<void>;
}

const MAX_TOKEN = 8192;
const PING = { everyMs: 30_000, answeredWithinMs: 15_000 };
/** Transports that are opened in one turn of the event loop. */
const OPENED_A_TURN = 16;
/** Clients that are being let in; others wait in line. Thousands at once would only wait for the database all together. */
const ADMITTED_AT_ONCE = 64;
const FULL = { retryAfterMs: 5_000 };

export function socketServer(options: SocketServerOptions): SocketServer {
  const { httpServer, bindings, invoker, log, current = () => true } = options;
  const { maxUnanswered = 2500, bounds = createBounds(), times } = options;
  const { ping = PING, addressOf = ({ socket }) => socket.remoteAddress ?? '' } = options;
  const connectionBinding = (wanted: 'connect' | 'disconnect') =>
    bindings.find(({ trigger }) => trigger.kind === 'connection' && trigger.on === wanted);
  const peers = new Map<string, Peer>();
  /** By user. Where the gateway is full, whoever has the most connections gives the oldest one up. */
  const shares = new Shares<Peer>(bounds.limits.joined, closeTransport);
  /** One client, one connection, one socket: a second handshake over the same transport is refused. */
  const taken = new WeakSet<object>();
  let leaving = false;

  const opening = inTurns(OPENED_A_TURN);
  const io: PeerServer = new Server(httpServer, {
    serveClient: false,
    parser: { Encoder, Decoder },
    wsEngine: WebSockets,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: BODY_LIMIT,
    pingInterval: ping.everyMs,
    pingTimeout: ping.answeredWithinMs,
    connectTimeout: 20_000,
    // Whatever origin a page is from: credentials are a token that the client puts into its handshake, and no cookie that
    // a browser would add by itself, so a foreign page gains nothing that any other program does not have.
    allowRequest: (request, decide) =>
      opening(() => {
        const refusal = refusalOf(request);
        decide(refusal, refusal === undefined);
      }),
  });
  const connections = watchConnections({ io, addressOf, bounds, log, ...times });
  function refusalOf(handshake: IncomingMessage): string | undefined {
    if (leaving) return 'draining';
    const over = connections.refuses(handshake);
    return over && (over === 'each' ? 'too many connections of this network have not signed in' : 'full');
  }
  const receiver = rooms({
    ...{ io, peers, invoker, log },
    connect: connectionBinding('connect'),
    ...(options.watch && { watch: options.watch }),
    ...(options.interest && { interest: options.interest }),
  });
  const admitting = limit(ADMITTED_AT_ONCE);
  const disconnects = disconnectQueue({ disconnect: connectionBinding('disconnect'), invoker, log });
  const stopSweeping = startSweeping(peers, connections);

  class Location {
    constructor(readonly id: string) {}
    inRoom(room: string): boolean {
      return current() && receiver.isIn(this.id, room);
    }
  }
  const located = ({ id }: PeerSocket, caller: Caller): Caller => ({ ...caller, connection: new Location(id) });
  const renew = (peer: Peer, caller: Caller): void => {
    peer.caller = located(peer.socket, caller);
  };
  const listen = calls({ bindings, invoker, maxUnanswered, answering: bounds.answering, renew });

  async function admit(socket: PeerSocket): Promise<void> {
    const { token } = socket.handshake.auth as { token?: unknown };
    if (typeof token !== 'string' || token === '' || token.length > MAX_TOKEN) {
      throw new Failure('unauthorized', 'an access token is needed');
    }
    const caller = located(socket, await invoker.authenticate(token));
    // Nobody asks for it again, and a connection lives long.
    socket.handshake.auth = {};
    if (leaving) socket.conn.close();
    const over = shares.refuses(caller.userId);
    if (over === 'all') throw new Failure('unavailable', 'this gateway is full', FULL);
    if (over) throw new Failure('rate_limited', 'this account has too many connections', FULL);
    if (socket.conn.readyState !== 'open') throw new Failure('unavailable', 'the connection is closed');

    const peer = newPeer(socket, connections.of(socket.conn), caller);
    peers.set(socket.id, peer);
    shares.add(caller.userId, peer);
    socket.conn.on('close', () => gone(peer));
    try {
      await receiver.enter(peer);
      if (!peer.open) throw new Failure('unauthorized', 'the connection was closed');
    } catch (thrown) {
      gone(peer);
      throw thrown;
    }
  }

  /** Once for each peer that came as far as asking for its rooms, whichever way it went. */
  function gone(peer: Peer): void {
    peer.open = false;
    shares.remove(peer);
    if (peers.delete(peer.socket.id)) disconnects.say(peer);
  }

  function left(peer: Peer): void {
    gone(peer);
    closeTransport(peer);
  }

  io.use((socket, next) => {
    if (taken.has(socket.conn)) return next(told(new Failure('conflict', 'this connection is taken')));
    taken.add(socket.conn);
    const traffic = connections.of(socket.conn);
    traffic.joining = true;
    admitting(() => admit(socket)).then(
      () => next(),
      thrown => {
        taken.delete(socket.conn);
        traffic.joining = false;
        const failure = Failure.from(thrown);
        if (failure.code === 'internal') log.error({ err: failure.cause ?? failure }, 'a connection was not let in');
        next(told(failure));
      },
    );
  });

  io.on('connection', socket => {
    const peer = peers.get(socket.id);
    if (!peer?.open) return void socket.disconnect(true);
    connections.joined(socket.conn, peer.caller.userId);
    socket.on('disconnect', () => left(peer));
    listen(peer);
  });

  return {
    io,
    receiver,
    connections: () => io.of('/').sockets.size,
    drain: async graceMs => {
      leaving = true;
      const ended = Date.now() + graceMs;
      await drainPeers(io, peers, graceMs);
      await Promise.race([disconnects.all(), delay(Math.max(0, ended - Date.now()), undefined, { ref: false })]);
    },
    close: async () => {
      leaving = true;
      stopSweeping();
      io.engine.close();
      disconnects.hurry();
      await disconnects.all();
    },
  };
}

function told(failure: Failure): Error {
  const { message, ...data } = socketError(failure);
  return Object.assign(new Error(message), { data });
}
