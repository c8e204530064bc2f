/**
 * Takes from a connection what it needed to begin and what is the same for all: ten thousand that are idle weigh half of
 * what they do without. Closures of Engine.IO and Socket.IO that only pass on what they hear are replaced by ones that
 * all connections share, and maps with one entry by small ones. Most of it is private there, and there is no other way:
 * a part that is not as it is expected, in another version say, is left as it is.
 */
import { FewMap } from '../few.js';
import type { Peer } from './peer.js';
import { forgetFrame, isBetweenFrames, pongListener, type Receiver } from './pongs.js';
import { besideOf, type Emitter, sharedListeners } from './shared-listeners.js';
import { slimStream, type TcpStream, webSocketOf } from './slim-stream.js';

/** Of Engine.IO's connection. */
interface Connection extends Emitter {
  readonly id: string;
  readonly server: { readonly clients: Record<string, unknown>; clientsCount: number };
  readonly transport: Transport;
  readonly protocol: number;
  readonly upgrading: boolean;
  cleanupFn: (() => void)[];
  sentCallbackFn: readonly unknown[];
  once(event: 'upgrade', listener: () => void): void;
  flush(): void;
  onPacket(packet: unknown): void;
  onDrain(): void;
  onError(error: unknown): void;
  onClose(reason: string): void;
}

/** Of Engine.IO's transport over a WebSocket. */
interface Transport extends Emitter {
  readonly name: string;
  readonly socket?: WebSocket;
  onData(data: unknown): void;
  onError(error: unknown): void;
  onClose(): void;
}

/** Of ws. */
interface WebSocket extends Emitter {
  readonly _socket?: TcpStream;
  readonly _receiver?: Receiver | null;
}

/** Of Socket.IO, what one client has in common over all namespaces. */
interface Client {
  readonly decoder: { _callbacks?: { $decoded?: unknown }; opts?: object };
  sockets: unknown;
  nsps: unknown;
  onclose(reason: unknown, description: unknown): void;
  ondata(data: unknown): void;
  onerror(error: unknown): void;
  ondecoded(packet: unknown): void;
}

const ofConnection = sharedListeners<Connection, Client>({
  // Of a close there hear the server, the client, and who takes it off the books when it is not in yet.
  instead: { close: [3], data: [1], error: [1] },
  listeners: {
    close({ server, id }, client, reason: string, description: unknown) {
      delete server.clients[id];
      server.clientsCount -= 1;
      client.onclose(reason, description);
    },
    data: (_connection, client, data: unknown) => client.ondata(data),
    error: (_connection, client, error: unknown) => client.onerror(error),
    upgrade: connection => slimTransport(connection),
  },
});

/** As long as it is the connection's: there may be another one instead. */
const ofTransport = sharedListeners<Transport, Connection>({
  instead: { error: [1], ready: [1], packet: [1], drain: [1], close: [1], headers: [0, 1] },
  listeners: {
    error: (transport, connection, error: unknown) => {
      if (connection.transport === transport) connection.onError(error);
    },
    ready: (transport, connection) => {
      if (connection.transport === transport) connection.flush();
    },
    packet: (transport, connection, packet: unknown) => {
      if (connection.transport === transport) connection.onPacket(packet);
    },
    drain: (transport, connection) => {
      if (connection.transport === transport) connection.onDrain();
    },
    close: (transport, connection) => {
      if (connection.transport === transport) connection.onClose('transport close');
    },
  },
});

const ofWebSocket = sharedListeners<WebSocket, Transport>({
  // One of the two errors is of the upgrade, and does nothing.
  instead: { error: [1, 2], message: [1], close: [1] },
  listeners: {
    error: (_web, transport, error: unknown) => transport.onError(error),
    message: (_web, transport, data: Buffer, isBinary: boolean) => transport.onData(isBinary ? data : data.toString()),
    close: (_web, transport) => transport.onClose(),
  },
});

/**
 * For when it is in: no earlier, since until then others listen for what becomes of it. So they do, too, while it changes
 * to another transport.
 */
export function slim(peer: Peer): void {
  const { socket } = peer;
  const connection = socket.conn as unknown as Connection;
  if (connection.upgrading) return void connection.once('upgrade', () => slim(peer));
  const client = socket.client as unknown as Client;
  const { server, id } = connection;
  if (server?.clients?.[id] !== connection || typeof server.clientsCount !== 'number') return;
  if (!ofConnection(connection, client)) return;
  unbind(client);
  slimTransport(connection);
  const parts = socket as unknown as { acks: unknown };
  if (parts.acks instanceof Map) parts.acks = new FewMap(parts.acks);
}

const METHODS = ['onclose', 'ondata', 'onerror', 'ondecoded'] as const;

/** All of one client call them as its methods, from here on. */
function unbind(client: Client): void {
  const { sockets, nsps, decoder } = client;
  const methods = Object.getPrototypeOf(client) as Client;
  if (METHODS.some(name => typeof methods[name] !== 'function')) return;
  if (!Array.isArray(decoder?._callbacks?.$decoded) || decoder._callbacks.$decoded.length !== 1) return;
  decoder._callbacks = new Decoded(client);
  const { onclose, ondata, onerror, ondecoded } = methods;
  Object.assign(client, { onclose, ondata, onerror, ondecoded });
  if (sockets instanceof Map) client.sockets = new FewMap(sockets);
  if (nsps instanceof Map) client.nsps = new FewMap(nsps);
}

/** What a decoder of Socket.IO calls with a packet that is complete. */
class Decoded {
  declare readonly $decoded: readonly [(this: { _callbacks: Decoded }, packet: unknown) => void];
  constructor(readonly client: Client) {}
}
Object.assign(Decoded.prototype, {
  $decoded: [
    function (this: { _callbacks: Decoded }, packet: unknown) {
      this._callbacks.client.ondecoded(packet);
    },
  ],
});

function slimTransport(connection: Connection): void {
  const { transport } = connection;
  const { socket: web } = transport;
  if (transport.name !== 'websocket' || !web || !Array.isArray(connection.cleanupFn)) return;
  // What takes the listeners away again, for which they need not be known any more.
  if (ofTransport(transport, connection)) connection.cleanupFn = [];
  if (connection.sentCallbackFn?.length === 0) connection.sentCallbackFn = [];
  ofWebSocket(web, transport);
  if (!web._socket) return;
  if (isBetweenFrames(web._receiver)) forgetFrame(web._receiver);
  slimStream(web._socket);
  hearPongs(web._socket);
}

const PONG = { type: 'pong' };

const hearPongs = pongListener(stream => {
  const web = webSocketOf<WebSocket>(stream);
  const transport = web && (besideOf(web) as Transport | undefined);
  const connection = transport && (besideOf(transport) as Connection | undefined);
  if (connection?.transport !== transport || connection?.protocol !== 4) return false;
  if (!isBetweenFrames(web?._receiver)) return false;
  forgetFrame(web?._receiver);
  connection.onPacket(PONG);
  return true;
});
