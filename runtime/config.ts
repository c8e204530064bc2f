/**
 * The configuration: read from the environment once, checked, and passed on as a value. Nothing else of the images
 * reads `process.env`. A fault is one line that names the variable and never its value.
 */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import convict from 'convict';
import { parseAmqpUrls } from './drivers/amqp/url.js';
import { parseDsn } from './drivers/postgres/dsn.js';
import { parseRedisAddr } from './drivers/redis/addr.js';

/** sysexits.h: something was found in an unconfigured or misconfigured state. */
export const EXIT_CONFIG = 78;

export const IMAGES = ['gateway', 'chat-svc', 'presence-svc', 'all', 'migrate'] as const;
export type ImageName = (typeof IMAGES)[number];
/** What is run with this configuration: an image, or the command for dead letters. */
type Program = ImageName | 'dlq';

export interface Config {
  readonly port: number;
  /** Undefined selects the embedded driver. */
  readonly dsn: string | undefined;
  readonly redisAddr: string | undefined;
  readonly amqpUrls: readonly string[] | undefined;
  readonly jwtPrivateKeyPem: string | undefined;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly rateLimit: boolean;
  readonly shutdownGraceMs: number;
}

/** Names one variable and what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What each image cannot do without; `all` has an embedded part for everything. */
const REQUIRED: Readonly<Record<Program, readonly string[]>> = {
  gateway: ['DSN', 'REDIS_ADDR', 'AMQP_URL', 'JWT_PRIVATE_KEY_PATH'],
  'chat-svc': ['DSN', 'REDIS_ADDR', 'AMQP_URL'],
  'presence-svc': ['DSN', 'REDIS_ADDR', 'AMQP_URL'],
  all: [],
  migrate: ['DSN'],
  dlq: ['AMQP_URL'],
};

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

const wholeNumber = (from: number, to: number) => (value: unknown) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (!Number.isInteger(number) || (number as number) < from || (number as number) > to) {
    throw new Error(`must be a whole number from ${from} to ${to}`);
  }
};

const oneOf = (values: readonly string[]) => (value: unknown) => {
  if (!values.includes(value as string)) throw new Error(`must be one of ${values.join(', ')}`);
};

const optional = (check: (value: string) => unknown) => (value: unknown) => {
  if (value !== '') check(value as string);
};

const schema = {
  port: { env: 'PORT', default: '8080', format: wholeNumber(0, 65_535) },
  dsn: { env: 'DSN', default: '', format: optional(parseDsn) },
  redisAddr: { env: 'REDIS_ADDR', default: '', format: optional(parseRedisAddr) },
  amqpUrl: { env: 'AMQP_URL', default: '', format: optional(parseAmqpUrls) },
  jwtPrivateKeyPath: { env: 'JWT_PRIVATE_KEY_PATH', default: '', format: optional(readKey) },
  dataDir: { env: 'DATA_DIR', default: './.data', format: (value: unknown) => String(value) },
  logLevel: { env: 'LOG_LEVEL', default: 'info', format: oneOf(LEVELS) },
  rateLimit: { env: 'RATE_LIMIT', default: 'on', format: oneOf(['on', 'off']) },
  shutdownGraceMs: { env: 'SHUTDOWN_GRACE_MS', default: '10000', format: wholeNumber(0, 3_600_000) },
};

/** Throws ConfigError for the first variable that is missing or malformed. */
export function readConfig(program: Program, env: NodeJS.ProcessEnv = process.env): Config {
  for (const name of REQUIRED[program]) {
    if (!env[name])
      throw new ConfigError(`${name}: is required by ${program === 'dlq' ? 'dlq' : `the image ${program}`}`);
  }
  const values = convict(schema, { env, args: [] }).getProperties();
  // Checked one by one, not with convict's validate(), which would print the values, secrets and all.
  for (const [member, { env: name, format }] of Object.entries(schema)) {
    try {
      format(values[member as keyof typeof values]);
    } catch (err) {
      throw new ConfigError(`${name}: ${(err as Error).message}`);
    }
  }
  return {
    port: Number(values.port),
    dsn: values.dsn || undefined,
    redisAddr: values.redisAddr || undefined,
    amqpUrls: values.amqpUrl ? parseAmqpUrls(values.amqpUrl) : undefined,
    jwtPrivateKeyPem: values.jwtPrivateKeyPath ? readKey(values.jwtPrivateKeyPath) : undefined,
    dataDir: values.dataDir,
    logLevel: values.logLevel,
    rateLimit: values.rateLimit === 'on',
    shutdownGraceMs: Number(values.shutdownGraceMs),
  };
}

/** The PEM text of a P-256 private key. Throws with what is wrong, and never with what was read. */
function readKey(path: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (err) {
    throw new Error(`cannot be read (${(err as NodeJS.ErrnoException).code})`);
  }
  let curve: string | undefined;
  try {
    curve = createPrivateKey(pem).asymmetricKeyDetails?.namedCurve;
  } catch {
    throw new Error('holds no private key in PEM: make one with `openssl ecparam -name prime256v1 -genkey -noout`');
  }
  if (curve !== 'prime256v1') throw new Error('holds a key that is not for ES256: its curve must be prime256v1');
  return pem;
}
