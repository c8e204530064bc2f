/**
 * Node's compile cache of a bundled image (https://nodejs.org/api/module.html#module-compile-cache): the code that V8 makes
 * of what a start loads, which takes a start longer than all else that it does. The image is started once, with servers
 * that take its connections and say nothing, and told to stop; on its way out Node writes what it has compiled.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The Dockerfiles' user. Node keeps a cache for each user apart; any other starts without one. */
const USER = 10_001;
const WITHIN_MS = 60_000;

/** Node 22.1 is the first that has such a cache. */
export const hasCompileCache = 'enableCompileCache' in module;

/** Fills the folder, for the version of Node that runs this. Moved with the bundle, it stays good. */
export async function fillCompileCache(main: string, image: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (!hasCompileCache) return;
  const asRoot = process.getuid?.() === 0;
  const work = await mkdtemp(join(tmpdir(), 'compile-cache-'));
  if (asRoot) for (const each of [folder, work]) await chown(each, USER, USER);
  const servers = await Promise.all([silentServer(), silentServer(), silentServer()]);
  const [database = '', redis = '', broker = ''] = servers.map(addressOf);
  const child = spawn(process.execPath, [main, image], {
    env: {
      ...{ NODE_ENV: 'production', NODE_COMPILE_CACHE: folder, NODE_COMPILE_CACHE_PORTABLE: '1' },
      ...{ PORT: '0', HOST: '127.0.0.1', SHUTDOWN_GRACE_MS: '1000', JWT_PRIVATE_KEY_PATH: await keyIn(work) },
      ...{ DSN: `postgres://nobody@${database}/none`, REDIS_ADDR: redis, AMQP_URL: `amqp://${broker}` },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: WITHIN_MS,
    ...(asRoot && { uid: USER, gid: USER }),
  });
  const exit = once(child, 'exit');
  const connected = Promise.all(servers.map(server => once(server, 'connection')));
  const [code] = await Promise.race([exit, connected.then(() => [undefined])]);
  if (code !== undefined) throw new Error(`${image} ended with ${code} before it had looked for its servers`);
  child.kill('SIGTERM');
  await exit;
  for (const server of servers) server.close();
  await rm(work, { recursive: true });
  for (const name of await readdir(folder, { recursive: true })) await readable(join(folder, name));
  await readable(folder);
}

async function silentServer(): Promise<Server> {
  const server = createServer(socket => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const addressOf = (server: Server): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;

async function keyIn(folder: string): Promise<string> {
  const path = join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return path;
}

/** By whoever the image runs as, whose files these are not. */
const readable = (path: string): Promise<void> => chmod(path, 0o755);
