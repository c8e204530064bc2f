/** A Redis master and its replica, watched by three sentinels of which two decide: of one's own, over TLS if so wished. */
import { Redis } from 'ioredis';
import { tlsOptions } from '#runtime/drivers/tls.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { type OwnRedis, type RedisTls, type Sentinel, startRedis, startSentinel } from './redis.js';

export interface WatchedRedis {
  /** Without the files that TLS takes. */
  addr(options?: { readonly name?: string; readonly login?: string; readonly by?: readonly Sentinel[] }): string;
  readonly sentinels: readonly Sentinel[];
  /** The master that there is in the beginning, and its replica. */
  readonly servers: readonly [WatchedServer, WatchedServer];
  /** Resolves when all sentinels know each other and the replica: before that, they make nobody the next master. */
  settled(): Promise<unknown>;
  /** One command to the server or sentinel at that port, on a connection of its own. */
  ask<Answer>(port: number, question: (one: Redis) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

export interface WatchedServer extends OwnRedis {
  readonly port: number;
}

/** The name by which the sentinels know the master. */
const NAME = 'chat';
/**
 * A sentinel that was not run for two seconds, on a busy machine, decides nothing for thirty (tilt mode), and then takes a
 * replica that was without its master for so long for outdated: never here. And it asks servers every ten seconds how they
 * are, and corrects those that it took for dead after four of its own announcements, of two seconds each: sooner here.
 */
const PERIODS = ['tilt-trigger', '600000', 'info-period', '1000', 'publish-period', '500'];
/** Sentinels wait for each other up to a few seconds before one of them begins. */
export const FAILOVER_MS = 30_000;

export async function startWatchedRedis({ tls }: { readonly tls?: RedisTls } = {}): Promise<WatchedRedis> {
  const started: OwnRedis[] = [];
  const ask: WatchedRedis['ask'] = async (port, question) => {
    const one = new Redis(port, { maxRetriesPerRequest: null, ...(tls && { tls: tlsOptions(tls.files) }) });
    one.on('error', () => undefined);
    try {
      return await question(one);
    } finally {
      one.disconnect();
    }
  };
  /** With its port when it has it: a port that is free is free for everybody. */
  async function answering<Server extends OwnRedis>(server: Server, port: number): Promise<Server & WatchedServer> {
    started.push(server);
    await ask(port, one => one.ping());
    return { ...server, port };
  }
  async function startServer(...options: readonly string[]): Promise<WatchedServer> {
    const port = await freePort();
    return answering(await startRedis(port, options, tls), port);
  }

  const master = await startServer();
  const replica = await startServer('--replicaof', '127.0.0.1', String(master.port));
  const sentinels: Sentinel[] = [];
  for (let n = 0; n < 3; n++) {
    const sentinel = await startSentinel({ name: NAME, port: master.port, quorum: 2 }, tls);
    sentinels.push(await answering(sentinel, sentinel.port));
    await ask(sentinel.port, one => one.call('SENTINEL', 'DEBUG', ...PERIODS));
  }

  return {
    addr: ({ name = NAME, login = '', by = sentinels } = {}) =>
      `${tls ? 'rediss' : 'redis'}+sentinel://${login}${by.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${name}`,
    sentinels,
    servers: [master, replica],
    ask,
    settled: () =>
      Promise.all(
        sentinels.map(({ port }) =>
          eventually('a sentinel knows all others', () => ask(port, knowsAll), { within: FAILOVER_MS, every: 200 }),
        ),
      ),
    close: async () => void (await Promise.all(started.map(each => each.kill()))),
  };
}

async function knowsAll(sentinel: Redis): Promise<boolean> {
  const said = String(await sentinel.call('SENTINEL', 'MASTER', NAME)).split(',');
  const value = (member: string) => said[said.indexOf(member) + 1];
  return value('num-other-sentinels') === '2' && value('num-slaves') === '1';
}
