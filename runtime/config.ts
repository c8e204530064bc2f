/**
 * The configuration: read from the environment once, checked, and passed on as a value. Nothing else of the images
 * reads `process.env`. A fault is one line that names the variable and never its value.
 */
import { tmpdir } from 'node:os';
import convict from 'convict';
import { parseAmqpUrls, parseManagementUrl } from './drivers/amqp/url.js';
import { parseOtlpEndpoint, parseRatio, SAMPLERS, type SamplerName } from './drivers/otel/settings.js';
import { dsnWithPassword } from './drivers/postgres/dsn.js';
import { redisAddrWithPassword } from './drivers/redis/addr.js';
import { parseCeOverrides, parseSinkUrl } from './drivers/sink/settings.js';
import { type Network, parseNetworks } from './http/network.js';
import { readPrivateKey, readPublicKeys } from './key-files.js';

/** sysexits.h: something was found in an unconfigured or misconfigured state. */
export const EXIT_CONFIG = 78;

export const IMAGES = ['gateway', 'chat-svc', 'presence-svc', 'all', 'migrate'] as const;
export type ImageName = (typeof IMAGES)[number];
const REGISTRATION = ['open', 'invite', 'closed'] as const;
/** `invite` needs an invitation. The first account can always be made. */
type Registration = (typeof REGISTRATION)[number];
/** What is run with this configuration: an image, or the command for dead letters. */
type Program = ImageName | 'dlq';

export interface Config {
  /** The address to listen on, or a name of it; undefined for all addresses. */
  readonly host: string | undefined;
  readonly port: number;
  /** Proxies that are believed about their clients. */
  readonly trustProxy: readonly Network[] | undefined;
  /** What senders of events must bring; undefined where none is asked for. */
  readonly eventsToken: string | undefined;
  /** Who may sign up. */
  readonly registration: Registration;
  /** Undefined selects the embedded driver. */
  readonly dsn: string | undefined;
  readonly redisAddr: string | undefined;
  readonly amqpUrls: readonly string[] | undefined;
  /** Where the broker's management API is; undefined for beside the broker, `off` for not to be asked. */
  readonly amqpManagementUrl: string | undefined;
  readonly jwtPrivateKeyPem: string | undefined;
  /** Keys whose tokens are good as well. */
  readonly jwtPublicKeyPems: readonly string[] | undefined;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly rateLimit: boolean;
  readonly shutdownGraceMs: number;
  /** Where publications go as CloudEvents over HTTP; undefined sends them to their queues. */
  readonly sink: string | undefined;
  /** Extension attributes that each of these gets. */
  readonly ceOverrides: Readonly<Record<string, string>>;
  /** Where spans go, the whole URL; undefined for nowhere, and then there are none. */
  readonly otlpUrl: string | undefined;
  readonly tracesSampler: SamplerName;
  /** Share of traces, from 0 to 1. */
  readonly tracesRatio: number;
  /** How long a CPU profile is taken from the start on; 0 for not at all. */
  readonly cpuProfileSeconds: number;
  readonly cpuProfileDir: string;
  /** What was given and is ignored, each naming its variable. */
  readonly warnings: readonly string[];
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

/** Reads one variable's text, or throws with what is wrong with it. */
type Read<Value> = (text: string, password: string) => Value;

const wholeNumber =
  (from: number, to: number): Read<number> =>
  text => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= from && number <= to) return number;
    throw new Error(`must be a whole number from ${from} to ${to}`);
  };

const oneOf =
  <Value extends string>(values: readonly Value[]): Read<Value> =>
  text => {
    const value = values.find(each => each === text.toLowerCase());
    if (value !== undefined) return value;
    throw new Error(`must be one of ${values.join(', ')}`);
  };

const onOff: Read<boolean> = text => oneOf(['on', 'off'])(text, '') === 'on';

/** RFC 6750, 2.1: anything else could not be sent as a bearer token. */
const token: Read<string> = text => {
  if (/^[\w.~+/-]+=*$/.test(text)) return text;
  throw new Error('must be letters, digits and -._~+/, with = at the end only');
};

const optional =
  <Value>(read: Read<Value>): Read<Value | undefined> =>
  (text, password) =>
    text === '' ? undefined : read(text, password);

interface Variable {
  readonly env: string;
  readonly passwordEnv?: string;
  readonly format: Read<unknown>;
  /** A value that cannot be read is told of and counts as unset, as OpenTelemetry wants it of its variables. */
  readonly lenient?: boolean;
}

/** `passwordEnv` holds the password where the address names none, for those who keep secrets apart. */
const schema = {
  host: { env: 'HOST', default: '', format: optional(String) },
  port: { env: 'PORT', default: '8080', format: wholeNumber(0, 65_535) },
  trustProxy: { env: 'TRUST_PROXY', default: '', format: optional(parseNetworks) },
  eventsToken: { env: 'EVENTS_TOKEN', default: '', format: optional(token) },
  registration: { env: 'REGISTRATION', default: 'open', format: oneOf(REGISTRATION) },
  dsn: { env: 'DSN', passwordEnv: 'DSN_PASSWORD', default: '', format: optional(dsnWithPassword) },
  redisAddr: { env: 'REDIS_ADDR', passwordEnv: 'REDIS_PASSWORD', default: '', format: optional(redisAddrWithPassword) },
  amqpUrls: { env: 'AMQP_URL', passwordEnv: 'AMQP_PASSWORD', default: '', format: optional(parseAmqpUrls) },
  amqpManagementUrl: { env: 'AMQP_MANAGEMENT_URL', default: '', format: optional(parseManagementUrl) },
  jwtPrivateKeyPem: { env: 'JWT_PRIVATE_KEY_PATH', default: '', format: optional(readPrivateKey) },
  jwtPublicKeyPems: { env: 'JWT_PUBLIC_KEYS_PATH', default: '', format: optional(readPublicKeys) },
  dataDir: { env: 'DATA_DIR', default: './.data', format: String },
  logLevel: { env: 'LOG_LEVEL', default: 'info', format: oneOf(LEVELS) },
  rateLimit: { env: 'RATE_LIMIT', default: 'on', format: onOff },
  shutdownGraceMs: { env: 'SHUTDOWN_GRACE_MS', default: '10000', format: wholeNumber(0, 3_600_000) },
  sink: { env: 'K_SINK', default: '', format: optional(parseSinkUrl) },
  ceOverrides: { env: 'K_CE_OVERRIDES', default: '', format: parseCeOverrides },
  otlpUrl: { env: 'OTEL_EXPORTER_OTLP_ENDPOINT', default: '', format: optional(parseOtlpEndpoint) },
  tracesSampler: {
    env: 'OTEL_TRACES_SAMPLER',
    default: 'parentbased_always_on',
    format: oneOf(SAMPLERS),
    lenient: true,
  },
  tracesRatio: { env: 'OTEL_TRACES_SAMPLER_ARG', default: '1', format: parseRatio, lenient: true },
  cpuProfileSeconds: { env: 'CPU_PROFILE_SECONDS', default: '0', format: wholeNumber(0, 3_600) },
  cpuProfileDir: { env: 'CPU_PROFILE_DIR', default: tmpdir(), format: String },
};

/** What is empty or blank is not set. Spaces around a value are none of it, but a password is taken as it is. */
function whatIsSet(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const set = Object.entries(env).filter(([, text = '']) => text.trim() !== '');
  return Object.fromEntries(set.map(([name, text = '']) => [name, name.endsWith('_PASSWORD') ? text : text.trim()]));
}

/** Throws ConfigError for the first variable that is missing or malformed. */
export function readConfig(program: Program, environment: NodeJS.ProcessEnv = process.env): Config {
  const env = whatIsSet(environment);
  const warnings: string[] = [];
  for (const name of REQUIRED[program]) {
    if (!env[name])
      throw new ConfigError(`${name}: is required by ${program === 'dlq' ? 'dlq' : `the image ${program}`}`);
  }
  const texts = convict(schema, { env, args: [] }).getProperties();
  // Checked one by one, not with convict's validate(), which would print the values, secrets and all.
  const value = <Member extends keyof typeof schema>(member: Member): Config[Member] => {
    const { env: name, passwordEnv = '', format, lenient = false }: Variable = schema[member];
    try {
      return format(texts[member], env[passwordEnv] ?? '') as Config[Member];
    } catch (err) {
      const fault = `${name}: ${(err as Error).message}`;
      if (!lenient) throw new ConfigError(fault);
      warnings.push(`${fault}; ${schema[member].default} is taken`);
      return format(schema[member].default, '') as Config[Member];
    }
  };
  return {
    host: value('host') ?? (program === 'all' ? '127.0.0.1' : undefined),
    port: value('port'),
    trustProxy: value('trustProxy'),
    eventsToken: value('eventsToken'),
    registration: value('registration'),
    dsn: value('dsn'),
    redisAddr: value('redisAddr'),
    amqpUrls: value('amqpUrls'),
    amqpManagementUrl: value('amqpManagementUrl'),
    jwtPrivateKeyPem: value('jwtPrivateKeyPem'),
    jwtPublicKeyPems: value('jwtPublicKeyPems'),
    dataDir: value('dataDir'),
    logLevel: value('logLevel'),
    rateLimit: value('rateLimit'),
    shutdownGraceMs: value('shutdownGraceMs'),
    sink: value('sink'),
    ceOverrides: value('ceOverrides'),
    otlpUrl: value('otlpUrl'),
    tracesSampler: value('tracesSampler'),
    tracesRatio: value('tracesRatio'),
    cpuProfileSeconds: value('cpuProfileSeconds'),
    cpuProfileDir: value('cpuProfileDir'),
    warnings,
  };
}
