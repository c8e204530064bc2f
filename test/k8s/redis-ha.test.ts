/** The Redis servers of the HA add-on, run by its own scripts on this machine: all that it says to them is over TLS. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { redisAddrWithTls } from '#runtime/drivers/redis/addr.js';
import { connectRedis, type RedisConnection } from '#runtime/drivers/redis/connection.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { silent } from '../support/silent.js';
import { K8S, readManifests } from './manifests.js';

const run = promisify(execFile);
const PASSWORD = 's3cret';
const NODES = [0, 1, 2] as const;
/** Every address that begins with 127 is this machine. */
const addressOf = (node: number | string): string => `127.0.1.1${node}`;
/** A follower is taken for the next master ten seconds after the one before was lost, at the least. */
const FAILOVER_MS = 60_000;

describe('the Redis servers of the HA add-on', function () {
  this.timeout(3 * FAILOVER_MS);
  let certificates: Certificates;
  let folder: string;
  const ports = { redis: 0, sentinel: 0, proxy: 0 };
  const processes = new Map<string, ChildProcess>();
  const connections: RedisConnection[] = [];

  before('the servers, each with a Sentinel beside it, and HAProxy', async function () {
    const missing = ['redis-server', 'haproxy'].filter(name => spawnSync(name, ['-v']).status !== 0);
    if (missing.length > 0) {
      if (process.env.CI === 'true') throw new Error(`not installed: ${missing}`);
      console.warn(`      SKIPPED: not installed: ${missing}`);
      this.skip();
    }
    certificates = await makeCertificates();
    folder = await mkdtemp(join(tmpdir(), 'redis-ha-'));
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
    await mkdir(join(folder, 'tls'));
    for (const [from, to] of Object.entries({ 'ca.crt': certificates.ca, 'tls.crt': certificates.server.cert })) {
      await copyFile(to, join(folder, 'tls', from));
    }
    await copyFile(certificates.server.key, join(folder, 'tls/tls.key'));
    for (const node of NODES) await mkdir(dataOf(node));
    await Promise.all(NODES.map(node => script('configure.sh', node)));
    for (const node of NODES) {
      serve(`redis-${node}`, 'redis-server', [join(dataOf(node), 'redis.conf'), '--bind', addressOf(node)]);
      const sentinel = [join(dataOf(node), 'sentinel.conf'), '--sentinel', '--bind', addressOf(node)];
      serve(`sentinel-${node}`, 'redis-server', sentinel);
    }
    const proxy = join(folder, 'haproxy.cfg');
    await writeFile(proxy, here(textOf('redis-ha-proxy', 'haproxy.cfg'), 0));
    serve('proxy', 'haproxy', ['-W', '-f', proxy]);
    await eventually(
      'all know each other',
      async () => {
        const known = await Promise.all(NODES.map(node => sentinel(node, 'master', 'minitelegram')));
        return known.every(said => /num-slaves\n2\n/.test(said) && /num-other-sentinels\n2\n/.test(said));
      },
      { within: FAILOVER_MS, every: 200 },
    );
    // They stop deciding for half a minute when they were not run for two seconds, which a busy machine is not to show here.
    for (const node of NODES) await sentinel(node, 'debug', 'tilt-trigger', '600000');
  });
  after(async () => {
    await Promise.all(connections.map(({ part }) => part.close()));
    await Promise.all([...processes.keys()].map(kill));
    await certificates?.remove();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const dataOf = (node: number): string => join(folder, `data-${node}`);
  function textOf(map: string, name: string): string {
    const found = readManifests(join(K8S, 'addons/ha')).find(each => each.name === `ConfigMap/${map}`);
    return found?.object.data[name];
  }
  /** With addresses of this machine for the names of pods, and free ports. */
  const here = (text: string, node: number): string =>
    text
      .replace(/redis-ha-(\d|\$node)\.(?:\$domain|redis-ha-nodes[\w.]*local)/g, (_, each) => addressOf(each))
      .replace(/\$HOSTNAME\.\$domain|127\.0\.0\.1/g, addressOf(node))
      .replace(/\b26379\b/g, `${ports.sentinel}`)
      .replace('bind :6379', `bind 127.0.0.1:${ports.proxy}`)
      .replaceAll('redis-cli', 'redis-cli -p 6379')
      .replace(/\b6379\b/g, `${ports.redis}`)
      .replaceAll('/data', dataOf(node))
      .replaceAll('/tls/', join(folder, 'tls/'));
  async function script(name: string, node: number): Promise<void> {
    const file = join(dataOf(node), name);
    await writeFile(file, here(textOf('redis-ha', name), node));
    await run('sh', [file], { env: { ...process.env, HOSTNAME: `redis-ha-${node}`, REDISCLI_AUTH: PASSWORD } });
  }
  function serve(name: string, program: string, args: readonly string[]): void {
    processes.set(name, spawn(program, args, { stdio: 'ignore', env: { ...process.env, REDIS_PASSWORD: PASSWORD } }));
  }
  async function kill(name: string): Promise<void> {
    const child = processes.get(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(name === 'proxy' ? 'SIGTERM' : 'SIGKILL');
    await exit;
  }
  async function cli(node: number, port: number, ...words: readonly string[]): Promise<string> {
    const to = ['--tls', '--cacert', certificates.ca, '-h', addressOf(node), '-p', String(port)];
    return (await run('redis-cli', [...to, ...words], { env: { ...process.env, REDISCLI_AUTH: PASSWORD } })).stdout;
  }
  const sentinel = (node: number, ...words: readonly string[]) => cli(node, ports.sentinel, 'sentinel', ...words);

  function connect(scheme = 'rediss', ca?: string): RedisConnection {
    const addr = `${scheme}://:${PASSWORD}@127.0.0.1:${ports.proxy}`;
    const redis = connectRedis({ addr: redisAddrWithTls(addr, ca ? { ca } : {}), log: silent, name: 'test' });
    connections.push(redis);
    return redis;
  }
  const ledBy = (redis: RedisConnection, not?: string): Promise<string> =>
    eventually(
      'it is led to a master',
      async () => {
        const [, at = ''] = (await redis.client.config('GET', 'bind')) as string[];
        return at !== not && at;
      },
      { within: FAILOVER_MS, every: 100 },
    );

  it('lets in who believes the authority, and nobody without TLS', async () => {
    await ledBy(connect('rediss', certificates.ca));
    const [stranger, plain] = [connect('rediss', certificates.stranger.cert), connect('redis')];
    const told = (redis: RedisConnection) => JSON.stringify(redis.part.state());
    await eventually('it does not believe', () => /self-signed certificate/.test(told(stranger)));
    await eventually('it is not answered', () => /EPIPE|ECONNRESET|lost|closed/.test(told(plain)));
  });

  it('leads to the next master when one is told to go, and when one dies', async () => {
    const redis = connect('rediss', certificates.ca);
    const first = await ledBy(redis);
    await script('hand-over.sh', Number(first.at(-1)));
    const second = await ledBy(redis, first);
    await redis.client.set('written', 'on the second');
    // Any of the two may be the next one.
    const followed = async () => (await redis.client.wait(2, 100)) === 2;
    await eventually('both others have it', followed, { within: FAILOVER_MS });
    await kill(`redis-${second.at(-1)}`);
    await ledBy(redis, second);
    expect(await redis.client.get('written')).to.equal('on the second');
  });
});
