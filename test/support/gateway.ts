/** A gateway for tests: a Socket.IO server on a free port with a fake invoker, and real clients of it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Socket as Client, io as connectTo } from 'socket.io-client';
import { Type } from 'typebox';
import type { Caller } from '#runtime/contract/caller.js';
import { on } from '#runtime/contract/service.js';
import { connection, socket } from '#runtime/contract/trigger.js';
import { type SocketServer, type SocketServerOptions, socketServer } from '#runtime/drivers/socketio/server.js';
import { type FakeInvoker, fakeInvoker, named, silent } from './invoker.js';

export interface TestGateway {
  readonly invoker: FakeInvoker;
  readonly server: SocketServer;
  readonly port: number;
  /** Resolves with a client that is connected; each user's token is the user's id. */
  client(userId: string): Promise<Heard>;
  /** A client that has not been told to connect. */
  dial(auth: object): Client;
  close(): Promise<void>;
}

export interface Heard {
  readonly client: Client;
  /** Everything that it heard, in order. */
  readonly events: [event: string, data: unknown][];
}

export const callerOf = (userId: string, expiresAt = Number.MAX_SAFE_INTEGER): Caller => ({
  userId,
  sessionId: `session-${userId}`,
  expiresAt,
});

const open = Type.Object({});
const bindings = [
  on(connection('connect'), named('connect', 'user', open)),
  on(connection('disconnect'), named('disconnect', 'user', open)),
  on(socket('send', { ordered: true }), named('send', 'user', open)),
  on(socket('ask'), named('ask', 'user', open)),
];

/** Unless a test says otherwise, a connection's one room is its user's. */
export async function testGateway(options: Partial<SocketServerOptions> = {}): Promise<TestGateway> {
  const invoker = fakeInvoker();
  invoker.on('connect', ({ caller }) => ({ rooms: [`user:${caller?.userId}`] }));
  const httpServer = createServer().listen(0, '127.0.0.1');
  await once(httpServer, 'listening');
  const { port } = httpServer.address() as AddressInfo;
  const server = socketServer({ httpServer, bindings, invoker, log: silent, ...options });
  const clients: Client[] = [];

  const dial = (auth: object): Client => {
    const client = connectTo(`http://127.0.0.1:${port}`, {
      auth: { ...auth },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      autoConnect: false,
    });
    clients.push(client);
    return client;
  };
  return {
    invoker,
    server,
    port,
    dial,
    client: async userId => {
      invoker.tokens.set(userId, invoker.tokens.get(userId) ?? callerOf(userId));
      const client = dial({ token: userId });
      const events: [string, unknown][] = [];
      client.onAny((event, data) => events.push([event, data]));
      const connected = new Promise<void>((resolve, reject) =>
        client.once('connect', resolve).once('connect_error', reject),
      );
      client.connect();
      await connected;
      return { client, events };
    },
    close: async () => {
      for (const client of clients) client.disconnect();
      await server.close();
      httpServer.closeAllConnections();
      httpServer.close();
    },
  };
}
