/** The Redis that tests may use beside others: REDIS_ADDR, or the one on this machine; and one of their own to abuse. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRedisAddr, type RedisHost } from '#runtime/drivers/redis/addr.js';
import { connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import type { TlsFiles } from '#runtime/drivers/tls.js';
import type { Certificates } from './certificates.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { silent } from './silent.js';

/**
 * Where Redis answers, or undefined when nothing does: skip then, and say so. With CI=true it rejects instead, so that
 * a suite cannot pass by testing nothing.
 */
export async function redisAddr(): Promise<string | undefined> {
  const addr = process.env.REDIS_ADDR ?? '127.0.0.1:6379';
  const redis = connectRedis({ addr, log: silent, name: 'probe' });
  try {
    await eventually('Redis answers', () => redis.part.state() === 'up', { within: 1_500 });
    return addr;
  } catch (error) {
    if (process.env.CI === 'true')
      throw new Error('no Redis to test with at REDIS_ADDR or 127.0.0.1:6379', { cause: error });
    return undefined;
  } finally {
    await redis.part.close();
  }
}

/** The same login and numbered database as at `addr`, by way of this port here. */
export function addrThrough(port: number, addr: string): string {
  const { username = '', password = '', db = 0 } = parseRedisAddr(addr);
  const near = new URL(`redis://127.0.0.1:${port}/${db}`);
  near.username = encodeURIComponent(username);
  near.password = encodeURIComponent(password);
  return near.href;
}

/** Where the one server is that the address names. */
export function serverAt(addr: string): RedisHost {
  const target = parseRedisAddr(addr);
  if (!('host' in target)) throw new Error('tests need the address of one server');
  return { host: target.host, port: target.port };
}

/** Deletes every key that starts with the prefix. */
export async function dropKeys({ client }: RedisConnection, prefix: string): Promise<void> {
  for await (const keys of client.scanStream({ match: `${prefix.replace(/[?*[\]\\]/g, '\\$&')}*`, count: 1_000 })) {
    if (keys.length > 0) await client.unlink(...keys);
  }
}

/** A hook for suites that start a server of their own: without the program they are skipped, loudly, or fail with CI=true. */
export function needRedisServer(this: Mocha.Context): void {
  if (spawnSync('redis-server', ['--version']).status === 0) return;
  if (process.env.CI === 'true') throw new Error('redis-server is not installed');
  console.warn('      SKIPPED: redis-server is not installed');
  this.skip();
}

export interface OwnRedis {
  /** Gone at once, with everything that it held. */
  kill(): Promise<void>;
  /** It answers nothing, and its connections stay open. */
  freeze(): void;
  thaw(): void;
}

/** How servers and sentinels have their certificates, and what a client shows and believes. */
export interface RedisTls {
  readonly options: readonly string[];
  readonly files: TlsFiles;
}

/** `clients`: whether they have to show a certificate. */
export function redisTls({ server, ca, client }: Certificates, clients: 'yes' | 'no'): RedisTls {
  return {
    options: [
      ...['--tls-cert-file', server.cert, '--tls-key-file', server.key],
      ...['--tls-ca-cert-file', ca, '--tls-auth-clients', clients],
    ],
    files: { ca, ...(clients === 'yes' && client) },
  };
}

/** With TLS there is no way in without, and replicas and sentinels talk to their master over it as well. */
const listening = (port: number, tls: RedisTls | undefined): readonly string[] =>
  tls ? ['--port', '0', '--tls-port', String(port), '--tls-replication', 'yes', ...tls.options] : ['--port', `${port}`];

/** A Redis server of one's own, which keeps nothing on disk. */
export async function startRedis(port: number, options: readonly string[] = [], tls?: RedisTls): Promise<OwnRedis> {
  return start([...listening(port, tls), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options]);
}

export interface Sentinel extends OwnRedis {
  readonly port: number;
}

/** One that takes its master for dead after half a second, and another server for the master where `quorum` think so. */
export async function startSentinel(
  watched: { readonly name: string; readonly port: number; readonly quorum: number },
  tls?: RedisTls,
): Promise<Sentinel> {
  const { name } = watched;
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sentinel-'));
  const file = join(folder, 'sentinel.conf');
  await writeFile(
    file,
    `bind 127.0.0.1
sentinel monitor ${name} 127.0.0.1 ${watched.port} ${watched.quorum}
sentinel down-after-milliseconds ${name} 500
sentinel failover-timeout ${name} 2000
`,
  );
  const sentinel = await start([file, '--sentinel', ...listening(port, tls)]);
  return {
    ...sentinel,
    port,
    async kill() {
      await sentinel.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(args: readonly string[]): Promise<OwnRedis> {
  // Where it is started it writes what it sends to a replica, and what it is told to keep.
  const cwd = await mkdtemp(join(tmpdir(), 'redis-'));
  const server = spawn('redis-server', args, { cwd, stdio: 'ignore' });
  await once(server, 'spawn');
  return {
    async kill() {
      if (server.exitCode === null && server.signalCode === null) {
        const exit = once(server, 'exit');
        server.kill('SIGKILL');
        await exit;
      }
      await rm(cwd, { recursive: true, force: true });
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
  };
}
