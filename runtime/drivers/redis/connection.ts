/**
 * Connections to Redis that look after themselves: they connect in the background, for ever, and a command fails at
 * once while they cannot. A process whose Redis is away stays up, and says so in its state.
 */
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../../contract/function.js';
import type { Part } from '../../contract/ports.js';
import { backoffMs } from '../../core/backoff.js';
import { type TlsFiles, tlsOptions } from '../tls.js';
import { parseRedisAddr, type RedisAddr, type RedisHost } from './addr.js';
import type { SearchTimes } from './searching-connector.js';
import { sentinelConnector } from './sentinel-connector.js';
import { shardConnector } from './shard-connector.js';
import { describe } from './trouble.js';

export { parseRedisAddr } from './addr.js';

export interface RedisConnection {
  readonly client: Redis;
  readonly part: Part;
  /** Whether it is one to a shard of a cluster. */
  readonly sharded?: boolean;
}

export interface RedisSettings {
  readonly addr: string;
  readonly log: Log;
  /** What the connection is for; it is seen in `CLIENT LIST`, in the log and in readiness. */
  readonly name: string;
  /** The hash tag of all keys and channels that it is for, default its name: in a cluster it is to the master that has them. */
  readonly shard?: string;
  /** Only for a connection that subscribes: see `SUBSCRIBER`. */
  readonly subscriber?: boolean;
}

const COMMAND_TIMEOUT_MS = 2_000;
/** How often an idle connection is tried, and how long it may be silent when asked, before it is taken for dead. */
const HEARTBEAT_MS = 3_000;
const DISCONNECT_MS = 500;
const RETRY = { firstMs: 100, mostMs: 2_000 };
const SEARCH: SearchTimes = { timeoutMs: COMMAND_TIMEOUT_MS, disconnectMs: DISCONNECT_MS, retry: RETRY };

/** What a server says, for ever, that is not the master (of these keys) any more, or is cut off from those that know it. */
const ELSEWHERE = /^(?:READONLY|MOVED|CLUSTERDOWN)\b/;

/** Nothing is kept for later: what cannot be sent, or was sent and not answered when the connection broke, fails. */
const COMMANDER = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: COMMAND_TIMEOUT_MS,
} satisfies RedisOptions;

/**
 * Subscriptions outlive connections: the few commands of a subscriber wait for one, without a limit in time, and are
 * repeated on each new one.
 */
const SUBSCRIBER = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  autoResubscribe: true,
} satisfies RedisOptions;

/** A fresh connection with each call. Throws only for a malformed `addr`. */
export function connectRedis({ addr, log, name, shard = name, subscriber = false }: RedisSettings): RedisConnection {
  const target = parseRedisAddr(addr);
  const sharded = 'nodes' in target;
  const client = new Redis({
    ...at(target, shard),
    ...(subscriber ? SUBSCRIBER : COMMANDER),
    lazyConnect: true,
    connectionName: name.replace(/[^\w.:-]/g, '-'),
    noDelay: true,
    connectTimeout: COMMAND_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_MS,
    replyMapping: 'legacy',
    socketTimeout: HEARTBEAT_MS,
    maxLoadingRetryTime: 500,
    retryStrategy: attempt => backoffMs(attempt, RETRY),
    reconnectOnError: error => ELSEWHERE.test(error.message),
  });

  const where = whereIs(target, shard);
  let trouble: string | undefined = 'not connected yet';
  let closed = false;
  const lost = (why: string) => {
    if (closed) return;
    if (trouble === undefined || trouble === 'not connected yet') log.warn({ part: name, why }, `${where} is away`);
    trouble = why;
  };
  client.on('error', error => lost(describe(error)));
  client.on('close', () => lost(trouble ?? 'the connection was lost'));
  client.on('ready', () => {
    trouble = undefined;
    log.info({ part: name }, `connected to ${where}`);
    if (!subscriber && !sharded) void isShard(client).then(is => is && lost(ONE_OF_A_CLUSTER));
  });
  // The slot has gone elsewhere, and with it all subscriptions: they are made again there, and whoever hears knows.
  client.on('moved', () => reconnect(client));
  const heartbeat = setInterval(() => {
    if (client.status !== 'ready') return;
    // Of a key, so that a master that has become a replica, or lost the slot, says so.
    void (sharded ? client.exists(`{${shard}}`) : client.ping()).catch(() => undefined);
  }, HEARTBEAT_MS).unref();
  client.connect().catch(() => undefined);

  return {
    client,
    sharded,
    part: {
      name,
      state: () =>
        client.status === 'ready' && trouble === undefined
          ? 'up'
          : { down: `${where}: ${closed ? 'closed' : (trouble ?? client.status)}` },
      async close() {
        if (closed) return;
        closed = true;
        clearInterval(heartbeat);
        await ended(client);
      },
    },
  };
}

/** What ioredis is told of a target: where it is, or who is asked at each attempt to connect. */
function at(target: RedisAddr, shard: string): RedisOptions {
  if ('nodes' in target) {
    const { nodes: _, tls, ...login } = target;
    return { ...login, ...secure(tls), Connector: shardConnector({ cluster: target, shard, ...SEARCH }) };
  }
  const { tls, ...plain } = target;
  if (!('sentinels' in plain)) return { ...plain, ...secure(tls) };
  const { sentinels, name, ...login } = plain;
  return { ...login, ...secure(tls), Connector: sentinelConnector({ sentinels, name, tls, ...SEARCH }) };
}

/** For ioredis. */
export function secure(files: TlsFiles | undefined): Pick<RedisOptions, 'tls'> {
  return files ? { tls: tlsOptions(files) } : {};
}

function whereIs(target: RedisAddr, shard: string): string {
  const list = (hosts: readonly RedisHost[]) => hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
  if ('nodes' in target) return `the master of {${shard}} in the redis cluster at ${list(target.nodes)}`;
  if ('sentinels' in target) return `redis ${target.name} of the sentinels at ${list(target.sentinels)}`;
  return `redis at ${list([target])}`;
}

const ONE_OF_A_CLUSTER = 'it is a node of a Redis Cluster, which is named by redis+cluster://';

/** Whether the server has a part of the keys only. One that has them all, or does not say, is as good as any other. */
async function isShard(client: Redis): Promise<boolean> {
  try {
    if (!/^cluster_enabled:1\b/m.test(await client.info('cluster'))) return false;
    const info = String(await client.cluster('INFO'));
    return !(/^cluster_state:ok\b/m.test(info) && /^cluster_size:1\b/m.test(info));
  } catch {
    return false;
  }
}

const leaving = new WeakSet<Redis>();

/**
 * Ends the connection that there is, and makes another one. Without one, another is on its way already: ioredis would have
 * that end for ever, where its server is still searched for.
 */
export function reconnect(client: Redis): void {
  if (client.status !== 'ready' || leaving.has(client)) return;
  leaving.add(client);
  client.once('close', () => leaving.delete(client));
  client.disconnect(true);
}

/** The connections of a fan-out; in a cluster each to the master of the hash tag. */
export const connectAs =
  ({ addr, log }: Pick<RedisSettings, 'addr' | 'log'>) =>
  (role: 'publisher' | 'subscriber', tag: string): RedisConnection =>
    connectRedis({ addr, log, shard: tag, name: `fanout-${role}`, subscriber: role === 'subscriber' });

/** Between two attempts there is no connection whose end could be waited for. */
async function ended(client: Redis): Promise<void> {
  const idle = client.status === 'reconnecting' || client.status === 'end';
  const end = new Promise(resolve => client.once('end', resolve));
  client.disconnect();
  if (!idle) await end;
}
