/**
 * The gateways that are alive, as Redis knows them: each renews a lease, and all times are Redis's own, so that no two
 * machines' clocks are ever compared. Commands reject with `unavailable`.
 */
import type { Redis } from 'ioredis';
import { within } from './bus.js';

export interface Leases {
  renew(gateway: string): Promise<void>;
  release(gateway: string): Promise<void>;
  live(): Promise<string[]>;
}

export interface LeasesOptions {
  readonly client: Redis;
  readonly key: string;
  readonly leaseMs: number;
}

const NOW = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)";
const RENEW = `${NOW} redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1]) redis.call('PEXPIRE', KEYS[1], ARGV[2])`;
const LIVE = `${NOW} redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now) return redis.call('ZRANGE', KEYS[1], 0, -1)`;

export function redisLeases({ client, key, leaseMs }: LeasesOptions): Leases {
  const run = (script: string, ...args: (string | number)[]): Promise<unknown> =>
    within(client.eval(script, 1, key, ...args), client, leaseMs);
  return {
    renew: async gateway => void (await run(RENEW, gateway, leaseMs)),
    release: async gateway => void (await within(client.zrem(key, gateway), client, leaseMs)),
    live: async () => (await run(LIVE)) as string[],
  };
}
