/** Redis for tests: where it is, whether it answers, and a wire to it that can be cut or held. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';

const address = (process.env.REDIS_ADDR ?? '127.0.0.1:6379').replace(/^rediss?:\/\//, '');
const [host = '127.0.0.1', port = '6379'] = address.split(':');
export const redisAddress = { host, port: Number(port) };

export async function redisAnswers(): Promise<boolean> {
  const client = new Redis({ ...redisAddress, lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

export interface Wire {
  /** Clients of this wire, by the name that Redis lists them under. */
  readonly connectionName: string;
  readonly createClient: () => Redis;
  /** Breaks all connections, and lets none come until `mend`. */
  cut(): void;
  /** Nothing passes, in either direction, although nothing is broken. */
  hold(): void;
  /** Everything passes again; what was held comes late, but comes. */
  mend(): void;
  close(): void;
}

/** Has Redis itself end the subscriptions of the wire's clients, and nothing else. */
export async function killSubscribers(admin: Redis, { connectionName }: Wire): Promise<number> {
  const lines = String(await admin.client('LIST', 'TYPE', 'PUBSUB')).split('\n');
  const own = lines.filter(line => line.includes(` name=${connectionName} `));
  for (const line of own) await admin.client('KILL', 'ID', /\bid=(\d+)/.exec(line)?.[1] ?? '');
  return own.length;
}

export async function wireToRedis(): Promise<Wire> {
  const sockets = new Set<Socket>();
  const clients: Redis[] = [];
  const connectionName = `test-${randomUUID()}`;
  let up = true;
  const server = createServer(near => {
    if (!up) return void near.destroy();
    const far = connect(redisAddress.port, redisAddress.host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('data', bytes => void other.write(bytes));
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    connectionName,
    createClient: () => {
      const retry = { retryStrategy: () => 20, maxRetriesPerRequest: null };
      const client = new Redis({ host: '127.0.0.1', port, connectionName, ...retry });
      clients.push(client);
      return client;
    },
    cut: () => {
      up = false;
      for (const socket of sockets) socket.destroy();
    },
    hold: () => {
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      up = true;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      for (const client of clients) client.disconnect();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
