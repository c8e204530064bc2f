/** Redis for tests: where it is, whether it answers, and a wire to it that can be cut or held. */
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
  readonly createClient: () => Redis;
  /** Breaks all connections, and lets none come until `mend`. */
  cut(): void;
  /** Nothing passes, in either direction, although nothing is broken. */
  hold(): void;
  /** Everything passes again; what was held comes late, but comes. */
  mend(): void;
  close(): void;
}

export async function wireToRedis(): Promise<Wire> {
  const sockets = new Set<Socket>();
  const clients: Redis[] = [];
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
    createClient: () => {
      const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 20, maxRetriesPerRequest: null });
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
