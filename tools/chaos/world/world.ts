/** Everything that may be broken: own servers, the lines to them, two gateways, three chat-svc and two presence-svc. */
import { generateKeyPairSync } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImage } from '#support/processes.js';
import { type OwnRedis, startRedis } from '#support/redis.js';
import { type Files, filesIn, filesInBucket, filesOnDisk } from './files.js';
import { type Fleet, fleet, GRACE_MS, type Service } from './fleet.js';
import { type Line, line, through } from './lines.js';
import { watchNumbers } from './numbers.js';
import { lastingPort } from './ports.js';
import { type Database, oneServer, pair } from './postgres-pair.js';
import { type Broker, cluster, oneNode } from './rabbitmq-cluster.js';
import { listens, type Server } from './server.js';

export interface World {
  readonly redis: Server;
  readonly rabbitMq: Broker;
  readonly postgres: Database;
  readonly files: Files;
  readonly fleet: Fleet;
  /** Between each process and each server. */
  readonly lines: readonly Line[];
  /** Between the clients and each gateway. */
  readonly entrances: readonly Line[];
  /** The gateways as the clients reach them, and as they are. */
  readonly gateways: readonly string[];
  readonly direct: readonly string[];
  stop(): Promise<void>;
}

const FLEET: readonly Service[] = [
  'gateway',
  'gateway',
  'chat-svc',
  'chat-svc',
  'chat-svc',
  'presence-svc',
  'presence-svc',
];

/** What takes the place of a single server, or of a folder for files. */
export const ENGINES = ['rabbitmq-cluster', 'postgres-pair', 's3', 'disk'] as const;
export type Engine = (typeof ENGINES)[number];

/** `logs` is where the processes' output goes. */
export async function makeWorld(logs: string, engines: readonly Engine[] = []): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'minitelegram-chaos-'));
  const sweep = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', sweep);
  const undo: (() => Promise<unknown>)[] = [
    async () => {
      sweep();
      process.removeListener('exit', sweep);
    },
  ];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const keyPath = join(folder, 'key.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const broker = engines.includes('rabbitmq-cluster') ? cluster : oneNode;
    const database = engines.includes('postgres-pair') ? pair : oneServer;
    const servers = { postgres: await database(folder), rabbitMq: await broker(folder), redis: await redisServer() };
    undo.push(() => Promise.all(Object.values(servers).map(server => server.kill())));
    await Promise.all(Object.values(servers).map(server => server.start()));
    const files = await filesOf(folder, engines);
    undo.push(files.close);

    const lines: Line[] = [];
    const entrances: Line[] = [];
    undo.push(() => Promise.all([...lines, ...entrances].map(({ proxy }) => proxy.close())));
    const seenBy = async (name: string, server: string, url: string) => {
      const way = await line(`${name}-${server}`, Number(new URL(url).port));
      lines.push(way);
      return through(way, url);
    };
    const env = async (name: string) => ({
      ...(await files.env((server, url) => seenBy(name, server, url))),
      DSN: several(await Promise.all(servers.postgres.servers.map(({ dsn }) => seenBy(name, 'postgres', dsn)))),
      REDIS_ADDR: await seenBy(name, 'redis', `redis://127.0.0.1:${servers.redis.port}`),
      AMQP_URL: (await Promise.all(servers.rabbitMq.nodes.map(({ url }) => seenBy(name, 'rabbitmq', url)))).join(),
      JWT_PRIVATE_KEY_PATH: keyPath,
      RATE_LIMIT: 'off',
      SHUTDOWN_GRACE_MS: String(GRACE_MS),
    });
    const migrated = await runImage('migrate', { DSN: servers.postgres.dsn });
    if (migrated.code !== 0) throw new Error(`migrate ended with ${migrated.code}\n${migrated.stderr}`);

    await watchNumbers(servers.postgres.dsn);

    const processes = fleet(env, logs);
    const direct: string[] = [];
    for (const image of FLEET) {
      if (image !== 'gateway') await processes.add(image);
      else {
        const port = await lastingPort();
        const { name } = await processes.add(image, { PORT: String(port) });
        direct.push(`http://127.0.0.1:${port}`);
        entrances.push(await line(`clients-${name}`, port));
      }
    }
    undo.push(() => Promise.all(processes.members.map(member => member.stop())));
    await Promise.all(processes.members.map(member => member.start()));
    const gateways = entrances.map(({ proxy }) => `http://127.0.0.1:${proxy.port}`);
    return { ...servers, files, fleet: processes, lines, entrances, gateways, direct, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function filesOf(folder: string, engines: readonly Engine[]): Promise<Files> {
  if (engines.includes('s3')) return filesInBucket();
  return engines.includes('disk') ? filesOnDisk(folder) : filesIn(folder);
}

/** One DSN of those that differ in where they lead. */
function several(dsns: readonly string[]): string {
  const urls = dsns.map(dsn => new URL(dsn));
  return (dsns[0] as string).replace((urls[0] as URL).host, urls.map(({ host }) => host).join());
}

/** Keeps nothing: who kills it and starts it has an empty one. */
async function redisServer(): Promise<Server> {
  const port = await lastingPort();
  let running: OwnRedis | undefined;
  const end = () => void running?.kill();
  return {
    port,
    async start() {
      running = await startRedis(port);
      process.once('exit', end);
      await listens('Redis', port);
    },
    async kill() {
      process.removeListener('exit', end);
      await running?.kill();
    },
  };
}
