/**
 * Connections for keys that have nothing to do with each other: in a Redis Cluster each is asked of the node that has it.
 * Commands on different keys are in no order. As with one server, what cannot be answered soon fails.
 */
import { AbstractConnector, Cluster, type Redis, type RedisOptions } from 'ioredis';
import type { Part } from '../../contract/ports.js';
import { backoffMs } from '../../core/backoff.js';
import { type TlsFiles, tlsOptions } from '../tls.js';
import { parseRedisAddr, type RedisHost } from './addr.js';
import { connectRedis, type RedisSettings, secure } from './connection.js';
import { open } from './searching-connector.js';
import { describe } from './trouble.js';

export interface KeyspaceConnection {
  readonly client: Redis | Cluster;
  readonly part: Part;
}

const COMMAND_TIMEOUT_MS = 1_000;
/** How often the masters are asked whether they are there; all of them must be. */
const HEARTBEAT_MS = 1_000;
const SLOTS_REFRESH_MS = 10_000;
const RETRY = { firstMs: 100, mostMs: 2_000 };
const RETRY_COMMAND_MS = 100;
const DISCONNECT_MS = 500;
/** All that ioredis tells of a node that it could not ask for the slots. */
const CLOSED = 'Connection is closed.';

/** A fresh connection with each call. Throws only for a malformed `addr`. */
export function connectKeyspace(settings: Pick<RedisSettings, 'addr' | 'log' | 'name'>): KeyspaceConnection {
  const { addr, log, name } = settings;
  const target = parseRedisAddr(addr);
  if (!('nodes' in target)) return connectRedis(settings);
  const { nodes, tls, ...login } = target;
  /** Why a node was not reached, as of the last attempt. */
  let unreached: Error | undefined;
  const client = new Cluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: attempt => backoffMs(attempt, RETRY),
    slotsRefreshTimeout: COMMAND_TIMEOUT_MS,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    // A slot that moves answers at the second place, a master that has died not for seconds: too long for a caller.
    maxRedirections: 2,
    retryDelayOnFailover: RETRY_COMMAND_MS,
    retryDelayOnClusterDown: RETRY_COMMAND_MS,
    retryDelayOnTryAgain: RETRY_COMMAND_MS,
    redisOptions: {
      ...login,
      ...secure(tls),
      Connector: nodeConnector(tls, error => {
        unreached = error;
      }),
      connectionName: name,
      noDelay: true,
      connectTimeout: COMMAND_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      replyMapping: 'legacy',
    },
  });

  const where = `the redis cluster at ${nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
  let trouble: string | undefined = 'not connected yet';
  let closed = false;
  async function look(): Promise<void> {
    try {
      if (client.status !== 'ready') throw new Error(trouble ?? 'the connection was lost');
      const masters = await Promise.all(client.nodes('master').map(node => node.ping()));
      if (masters.length === 0) throw new Error('it has no masters');
      reached();
    } catch (error) {
      lost(describe(error as Error));
    }
  }
  function reached(): void {
    if (trouble !== undefined && !closed) log.info({ part: name }, `connected to ${where}`);
    trouble = undefined;
    unreached = undefined;
  }
  function lost(why: string): void {
    if (trouble === undefined && !closed) log.warn({ part: name, why }, `a part of ${where} is away`);
    trouble = why;
  }
  client.on('error', error => {
    const { lastNodeError = error } = error;
    lost(describe(lastNodeError.message === CLOSED ? (unreached ?? lastNodeError) : lastNodeError));
  });
  client.on('ready', () => void look());
  const heartbeat = setInterval(() => void look(), HEARTBEAT_MS).unref();
  client.connect().catch(() => undefined);

  return {
    client,
    part: {
      name,
      state: () =>
        client.status === 'ready' && trouble === undefined && !closed
          ? 'up'
          : { down: `${where}: ${closed ? 'closed' : (trouble ?? client.status)}` },
      async close() {
        closed = true;
        clearInterval(heartbeat);
        client.disconnect();
      },
    },
  };
}

/** To a node as ioredis connects by itself, but that `failed` hears why it is not reached. */
function nodeConnector(files: TlsFiles | undefined, failed: (why: Error) => void): RedisOptions['Connector'] {
  const tls = files && tlsOptions(files);
  return class NodeConnector extends AbstractConnector {
    readonly #node: RedisHost;

    constructor(options: unknown) {
      super(DISCONNECT_MS);
      this.#node = options as RedisHost;
    }

    override async connect() {
      const { host, port } = this.#node;
      this.stream = open({ host, port }, tls);
      this.stream.once('error', error => {
        this.firstError = error;
        failed(error);
      });
      return this.stream;
    }
  };
}
