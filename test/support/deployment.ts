/**
 * The system under test, from outside: gateways to talk to and the processes behind them. `embedded` is one process
 * without servers; `real` is two gateways, three chat-svc and two presence-svc on PostgreSQL, Redis and RabbitMQ.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newDataDir } from './new-server.js';
import { endOrphans } from './orphans.js';
import { type Env, type Running, runImage, type StartOptions, startImage } from './processes.js';
import { claimServices, type Services } from './services.js';

export interface Deployment {
  readonly kind: 'embedded' | 'real';
  /** Base URLs; the second is the first again where there is only one. */
  readonly gateways: readonly [string, string];
  /** All of them; tests that end one remove it and start another with `start`. */
  readonly processes: readonly Running[];
  /** The private key that signs access tokens, PEM. */
  readonly signingKey: string;
  /** The real servers, absent in the embedded deployment. */
  readonly services?: Services;
  /** One more process of the same deployment, stopped with it; `change` replaces variables. */
  start(image: string, change?: Env, options?: StartOptions): Promise<Running>;
  /** The process of this image that was started last and is still up. */
  one(image: 'gateway' | 'chat-svc' | 'presence-svc'): Running;
  output(): string;
  /** Ends everything, the way an operator would, and takes away what was made. */
  stop(): Promise<void>;
}

/** What `POST /` of the embedded deployment wants; the real one trusts its network. */
const EVENTS_TOKEN = 'the-token-of-those-who-send-events';
export const asSender = { authorization: `Bearer ${EVENTS_TOKEN}` };

/** Shorter than the default, so that a drain with clients that stay to its end does not hold up the tests. */
const GRACE = { SHUTDOWN_GRACE_MS: '4000' };

/** `change` adds variables, or replaces them. */
export async function embedded(change: Env = {}, options: StartOptions = {}): Promise<Deployment> {
  const made = await folderWithKey();
  const env = {
    DATA_DIR: await newDataDir(join(made.folder, 'data')),
    JWT_PRIVATE_KEY_PATH: made.keyPath,
    RATE_LIMIT: 'off',
    EVENTS_TOKEN,
    ...GRACE,
  };
  return deploy('embedded', ['all'], { ...env, ...change }, made, options);
}

const REPLICATED = ['gateway', 'gateway', 'chat-svc', 'chat-svc', 'chat-svc', 'presence-svc', 'presence-svc'];

/**
 * The deployment on real servers, or the reason why it cannot be had here. `change` adds variables, or replaces them;
 * `dsn` is another PostgreSQL server than the one of DSN.
 */
export async function real(
  images: readonly string[] = REPLICATED,
  change: Env = {},
  { dsn, ...options }: StartOptions & { readonly dsn?: string } = {},
): Promise<Deployment | { readonly missing: string }> {
  const services = await claimServices(dsn);
  if ('missing' in services) return services;
  const made = await folderWithKey();
  const env = {
    DSN: services.dsn,
    REDIS_ADDR: services.redis,
    AMQP_URL: services.amqp,
    JWT_PRIVATE_KEY_PATH: made.keyPath,
    RATE_LIMIT: 'off',
    ...GRACE,
  };
  const migrated = await runImage('migrate', env, options.program ? { program: options.program } : {});
  if (migrated.code !== 0) {
    await services.release();
    throw new Error(`migrate ended with ${migrated.code}\n${migrated.stdout}\n${migrated.stderr}`);
  }
  return deploy('real', images, { ...env, ...change }, made, options, services);
}

interface Made {
  readonly folder: string;
  readonly keyPath: string;
  readonly signingKey: string;
}

async function folderWithKey(): Promise<Made> {
  const folder = await mkdtemp(join(tmpdir(), 'minitelegram-'));
  const keyPath = join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writeFile(keyPath, signingKey, { mode: 0o600 });
  return { folder, keyPath, signingKey };
}

async function deploy(
  kind: Deployment['kind'],
  images: readonly string[],
  env: Env,
  made: Made,
  all: StartOptions,
  services?: Services,
): Promise<Deployment> {
  const processes: Running[] = [];
  const start = async (image: string, change: Env = {}, options: StartOptions = {}) => {
    const running = await startImage(image, { ...env, ...change }, { ...all, ...options });
    processes.push(running);
    running.exited.then(() => processes.splice(processes.indexOf(running), 1));
    return running;
  };
  const stop = async () => {
    const stopped = [...processes];
    const exits = await Promise.allSettled(stopped.map(running => running.stop()));
    await services?.release();
    await endOrphans(made.folder);
    await rm(made.folder, { recursive: true, force: true });
    exits.forEach((exit, place) => {
      if (exit.status === 'rejected') throw exit.reason;
      if (exit.value.code === 0) return;
      const { image, output } = stopped[place]!;
      throw new Error(`${image} ended with ${JSON.stringify(exit.value)}\n${output()}`);
    });
  };
  const started = await Promise.allSettled(images.map(image => start(image)));
  const failed = started.find(result => result.status === 'rejected');
  if (failed) {
    await stop().catch(() => {});
    throw failed.reason;
  }
  const up = started.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  const gateways = up.filter(({ image }) => image === 'gateway' || image === 'all');
  return {
    kind,
    gateways: [gateways[0]!.url, (gateways[1] ?? gateways[0]!).url],
    processes,
    signingKey: made.signingKey,
    ...(services && { services }),
    start,
    one: image => {
      const running = processes.findLast(process => process.image === image || process.image === 'all');
      if (!running) throw new Error(`no ${image} is running`);
      return running;
    },
    output: () => processes.map(process => `--- ${process.image} ${process.pid}\n${process.output()}`).join('\n'),
    stop,
  };
}
