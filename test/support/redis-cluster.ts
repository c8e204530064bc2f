/** A Redis Cluster of one's own: three masters with a replica each, of which any may be killed, and any slot moved. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { tlsOptions } from '#runtime/drivers/tls.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { type OwnRedis, type RedisTls, startRedis } from './redis.js';

export interface ClusterNode extends OwnRedis {
  /** As it was, with its id and without its keys. */
  revive(): Promise<void>;
  readonly port: number;
  readonly id: string;
  readonly admin: Redis;
}

export interface RedisCluster {
  readonly addr: string;
  readonly nodes: readonly ClusterNode[];
  slotOf(key: string): Promise<number>;
  /** The master that has the key, as most nodes that answer say. */
  masterOf(key: string): Promise<ClusterNode>;
  replicaOf(master: ClusterNode): Promise<ClusterNode>;
  /** Moves a slot with its keys, as `redis-cli --cluster reshard` does; `meanwhile` runs when half of it is done. */
  moveSlot(slot: number, to: ClusterNode, meanwhile?: () => Promise<unknown>): Promise<void>;
  /** Resolves when each master has its replica again. */
  settled(): Promise<unknown>;
  close(): Promise<void>;
}

const SLOTS = 16_384;
const SETTLED_MS = 30_000;
/** After which a node that says nothing is taken for dead. */
const NODE_TIMEOUT_MS = 1_000;

export async function startRedisCluster({ tls }: { readonly tls?: RedisTls } = {}): Promise<RedisCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-cluster-'));
  const nodes: ClusterNode[] = [];
  for (let n = 0; n < 6; n++) nodes.push(await startNode(folder, tls));
  const [first, ...rest] = nodes as [ClusterNode, ...ClusterNode[]];
  for (const { admin } of rest) await admin.cluster('MEET', '127.0.0.1', first.port, await busPort(first));
  const masters = nodes.slice(0, 3);
  for (const [n, { admin }] of masters.entries()) {
    const ends = [n, n + 1].map(part => Math.floor((SLOTS * part) / 3)) as [number, number];
    await admin.cluster('ADDSLOTSRANGE', ends[0], ends[1] - 1);
    await admin.cluster('SET-CONFIG-EPOCH', n + 1).catch(() => undefined);
  }
  await all(nodes, 'know each other', async ({ admin }) => /cluster_known_nodes:6\b/.test(await info(admin)));
  for (const [n, { admin }] of nodes.slice(3).entries()) {
    await eventually('a replica is one', () => admin.cluster('REPLICATE', masters[n]?.id ?? ''), {
      within: SETTLED_MS,
    });
  }
  /** Everybody sees three masters, and each has a replica that has all of it. */
  const settled = async () => {
    await all(nodes, 'are a cluster', async ({ admin }) => {
      const lines = String(await admin.cluster('NODES'));
      return /cluster_state:ok/.test(await info(admin)) && lines.match(/ (?:myself,)?slave [\da-f]/g)?.length === 3;
    });
    await all(nodes, 'follow', async ({ admin }) =>
      /connected_slaves:1|master_link_status:up/.test(await admin.info('replication')),
    );
  };
  await settled();

  /** By whoever answers first: any may be frozen, or dead. */
  const ask = <Answer>(question: (admin: Redis) => Promise<Answer>) =>
    Promise.any(nodes.map(({ admin }) => question(admin)));
  const slotOf = async (key: string) => Number(await ask(admin => admin.cluster('KEYSLOT', key)));

  async function masterOf(key: string): Promise<ClusterNode> {
    const slot = await slotOf(key);
    const told = await Promise.all(
      nodes.map(({ admin }) =>
        Promise.resolve(admin.cluster('SLOTS')).then(
          ranges => ranges.find(([from, to]) => from <= slot && slot <= to)?.[2]?.[1],
          () => undefined,
        ),
      ),
    );
    const votes = (port: number): number => told.filter(each => each === port).length;
    return [...nodes].sort((a, b) => votes(b.port) - votes(a.port))[0] as ClusterNode;
  }

  return {
    addr: `${tls ? 'rediss' : 'redis'}+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    slotOf,
    masterOf,
    settled,
    async replicaOf(master) {
      const lines = String(await ask(admin => admin.cluster('NODES'))).split('\n');
      const ids = lines.filter(line => line.includes(`slave ${master.id} `)).map(line => line.split(' ')[0]);
      const found = nodes.find(({ id }) => ids.includes(id));
      if (!found) throw new Error('it has no replica');
      return found;
    },
    async moveSlot(slot, to, meanwhile = async () => undefined) {
      const ranges = await ask(admin => admin.cluster('SLOTS'));
      const port = ranges.find(([from, until]) => from <= slot && slot <= until)?.[2]?.[1];
      const from = nodes.find(node => node.port === port) as ClusterNode;
      await to.admin.cluster('SETSLOT', slot, 'IMPORTING', from.id);
      await from.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
      const keys = (await from.admin.cluster('GETKEYSINSLOT', slot, 100_000)) as string[];
      const move = async (key: string) => void (await from.admin.migrate('127.0.0.1', to.port, key, 0, 5_000));
      const half = Math.ceil(keys.length / 2);
      for (const key of keys.slice(0, half)) await move(key);
      await meanwhile();
      const left = (await from.admin.cluster('GETKEYSINSLOT', slot, 100_000)) as string[];
      for (const key of left) await move(key);
      for (const { admin } of [to, from]) await admin.cluster('SETSLOT', slot, 'NODE', to.id);
    },
    async close() {
      for (const { admin } of nodes) admin.disconnect();
      await Promise.all(nodes.map(node => node.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startNode(parent: string, tls: RedisTls | undefined): Promise<ClusterNode> {
  const [port, bus, folder] = [await freePort(), await freePort(), await mkdtemp(join(parent, 'node-'))];
  const options = [
    ...['--cluster-enabled', 'yes', '--cluster-port', String(bus), '--dir', folder],
    ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--repl-diskless-sync-delay', '0'],
    ...(tls ? ['--tls-cluster', 'yes'] : []),
  ];
  const start = () => startRedis(port, options, tls);
  let server = await start();
  const admin = new Redis(port, {
    ...{ maxRetriesPerRequest: null, retryStrategy: () => 50 },
    ...(tls && { tls: tlsOptions(tls.files) }),
  });
  admin.on('error', () => undefined);
  const id = String(await admin.cluster('MYID'));
  const patient = admin.duplicate({ maxRetriesPerRequest: 0, commandTimeout: 2_000, enableOfflineQueue: false });
  patient.on('error', () => undefined);
  admin.disconnect();
  await eventually('it answers', () => patient.status === 'ready');
  return {
    ...{ port, id, admin: patient },
    kill: () => server.kill(),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    async revive() {
      server = await start();
    },
  };
}

const info = async (admin: Redis): Promise<string> => String(await admin.cluster('INFO'));

async function busPort({ admin }: ClusterNode): Promise<number> {
  return Number(/@(\d+)/.exec(String(await admin.cluster('NODES')))?.[1]);
}

const all = (nodes: readonly ClusterNode[], what: string, is: (node: ClusterNode) => Promise<boolean>) =>
  eventually(`all ${what}`, async () => (await Promise.all(nodes.map(is))).every(Boolean), {
    within: SETTLED_MS,
    every: 100,
  });
