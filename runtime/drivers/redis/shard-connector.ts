/**
 * How a connection finds the one master of a Redis Cluster that has its keys: it asks the nodes, one after the other, at
 * each attempt to connect. All that the connection does is thereby in the order of one server, as without a cluster, and
 * where the keys go elsewhere it ends and looks again; nothing is ever sent on to a second server behind its back, where it
 * could be overtaken.
 */
import type { RedisOptions } from 'ioredis';
import type { ClusterAddr, RedisHost } from './addr.js';
import { ask, type SearchTimes, searchingConnector } from './searching-connector.js';

interface ShardOptions extends SearchTimes {
  readonly cluster: ClusterAddr;
  /** The hash tag that all keys of the connection have. */
  readonly shard: string;
}

type SlotRange = readonly [first: number, last: number, ...nodes: (readonly [host: string | null, port: number])[]];

/** For the option `Connector` of ioredis. */
export function shardConnector({ cluster, shard, ...times }: ShardOptions): NonNullable<RedisOptions['Connector']> {
  const { nodes: named, db: _, ...login } = cluster;
  let nodes = named;
  let asked = 0;

  /** By what one node says. Rejects when it says nothing, or that the cluster does not work as far as it sees. */
  async function find(): Promise<RedisHost> {
    const node = nodes[asked++ % nodes.length] as RedisHost;
    const found = await ask(node, { ...login, ...times }, async one => {
      const state = /^cluster_state:(\w+)/m.exec(String(await one.cluster('INFO')))?.[1];
      if (state !== 'ok') throw new Error(`it says cluster_state:${state}`);
      const slot = Number(await one.cluster('KEYSLOT', `{${shard}}`));
      const ranges = (await one.cluster('SLOTS')) as readonly unknown[] as readonly SlotRange[];
      return { master: ownerOf(slot, ranges, node), nodes: ranges.flatMap(range => nodesOf(range, node)) };
    });
    nodes = [...named, ...found.nodes];
    return found.master;
  }

  return searchingConnector({ ...times, tls: cluster.tls, find });
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
