/** A wire of one's own to the Redis that tests may use, which can be cut or stalled, and connections over it. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { addrThrough, serverAt } from './redis.js';
import { silent } from './silent.js';
import { type TcpProxy, tcpProxy } from './tcp-proxy.js';

export interface Wire extends TcpProxy {
  readonly connect: (role: 'publisher' | 'subscriber') => RedisConnection;
  /** Has Redis itself end the subscriptions that came over this wire, and nothing else; how many they were. */
  killSubscribers(admin: Redis): Promise<number>;
}

export async function wireToRedis(addr: string): Promise<Wire> {
  const proxy = await tcpProxy(serverAt(addr));
  const name = `test-${randomUUID()}`;
  const connections: RedisConnection[] = [];
  return {
    ...proxy,
    connect(role) {
      const subscriber = role === 'subscriber';
      const connection = connectRedis({ addr: addrThrough(proxy.port, addr), log: silent, name, subscriber });
      connections.push(connection);
      return connection;
    },
    async killSubscribers(admin) {
      const lines = String(await admin.client('LIST', 'TYPE', 'PUBSUB')).split('\n');
      const own = lines.filter(line => line.includes(` name=${name} `));
      for (const line of own) await admin.client('KILL', 'ID', /\bid=(\d+)/.exec(line)?.[1] ?? '');
      return own.length;
    },
    async close() {
      await Promise.all(connections.map(({ part }) => part.close()));
      await proxy.close();
    },
  };
}
