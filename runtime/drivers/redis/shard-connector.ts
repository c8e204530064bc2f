/**
 * How a connection finds the one master of a Redis Cluster that has its keys: it asks the nodes, one after the other, at
 * each attempt to connect. All that the connection does is thereby in the order of one server, as without a cluster, and
 * where the keys go elsewhere it ends and looks again; nothing is ever sent on to a second server behind its back, where it
 * could be overtaken.
 */
import { connect as connectPlain } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';
import { type Backoff, backoffMs } from '../../core/backoff.js';
import { tlsOptions } from '../tls.js';
import type { ClusterAddr, RedisHost } from './addr.js';

interface ShardOptions {
  readonly cluster: ClusterAddr;
  /** The hash tag that all keys of the connection have. */
  readonly shard: string;
  readonly timeoutMs: number;
  readonly disconnectMs: number;
  readonly retry: Backoff;
}

type SlotRange = readonly [first: number, last: number, ...nodes: (readonly [host: string | null, port: number])[]];

/** For the option `Connector` of ioredis. */
export function shardConnector(options: ShardOptions): NonNullable<RedisOptions['Connector']> {
  const { cluster, timeoutMs, disconnectMs, retry } = options;
  const tls = cluster.tls && tlsOptions(cluster.tls);
  let nodes: readonly RedisHost[] = cluster.nodes;
  let asked = 0;

  /** By what one node says. Rejects when it says nothing, or that the cluster does not work as far as it sees. */
  async function master(signal: AbortSignal): Promise<RedisHost> {
    const node = nodes[asked++ % nodes.length] as RedisHost;
    const found = await ask(node, options);
    signal.throwIfAborted();
    nodes = [...cluster.nodes, ...found.nodes];
    return found.master;
  }

  return class ShardConnector extends AbstractConnector {
    #looking = new AbortController();

    constructor() {
      super(disconnectMs);
    }

    override check(info: { readonly role?: string }): boolean {
      return info.role === 'master';
    }

    override async connect(report: (type: string, error: Error) => void) {
      this.#looking = new AbortController();
      const { signal } = this.#looking;
      for (let attempt = 0; ; attempt++) {
        try {
          const { host, port } = await master(signal);
          this.stream = tls ? connectTls({ host, port, ...tls }) : connectPlain({ host, port });
          this.stream.once('error', error => {
            this.firstError = error;
          });
          return this.stream;
        } catch (error) {
          signal.throwIfAborted();
          report('error', error as Error);
        }
        await delay(backoffMs(attempt, retry), undefined, { signal });
      }
    }

    override disconnect(): void {
      this.#looking.abort(new Error('Connection is closed.'));
      super.disconnect();
    }
  };

  async function ask(node: RedisHost, { shard }: ShardOptions) {
    const { username, password } = cluster;
    const login = { ...(username && { username }), ...(password && { password }), ...(tls && { tls }) };
    const one = new Redis({
      ...{ ...node, ...login, lazyConnect: true, enableReadyCheck: false, replyMapping: 'legacy' },
      ...{ connectTimeout: timeoutMs, commandTimeout: timeoutMs, disconnectTimeout: disconnectMs },
      ...{ maxRetriesPerRequest: 0, retryStrategy: () => null },
    });
    let failure: Error | undefined;
    one.on('error', error => {
      failure = error;
    });
    try {
      await one.connect();
      const state = /^cluster_state:(\w+)/m.exec(String(await one.cluster('INFO')))?.[1];
      if (state !== 'ok') throw new Error(`${node.host}:${node.port} says cluster_state:${state}`);
      const slot = Number(await one.cluster('KEYSLOT', `{${shard}}`));
      const ranges = (await one.cluster('SLOTS')) as readonly unknown[] as readonly SlotRange[];
      return { master: ownerOf(slot, ranges, node), nodes: ranges.flatMap(range => nodesOf(range, node)) };
    } catch (thrown) {
      throw failure ?? thrown;
    } finally {
      one.disconnect();
    }
  }
}

function ownerOf(slot: number, ranges: readonly SlotRange[], asked: RedisHost): RedisHost {
  const range = ranges.find(([first, last]) => first <= slot && slot <= last);
  const [owner] = range ? nodesOf(range, asked) : [];
  if (!owner) throw new Error(`no node of the cluster has slot ${slot}`);
  return owner;
}

/** A node that does not know its own address is where it was asked. */
function nodesOf([, , ...nodes]: SlotRange, asked: RedisHost): RedisHost[] {
  return nodes.map(([host, port]) => ({ host: host || asked.host, port }));
}
