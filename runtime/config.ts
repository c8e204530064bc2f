/**
 * The configuration: read from the environment once, checked, and passed on as a value. Nothing else reads
 * `process.env`. A fault is one line that names the variable and never its value.
 */
import { tmpdir } from 'node:os';
import convict from 'convict';
import { ConfigError } from './config-error.js';
import { parseNetworks } from './core/network.js';
import { MOST_PARTITIONS } from './core/partition-plan.js';
import { amqpUrlsWithTls, parseAmqpUrls, parseManagementUrl } from './drivers/amqp/url.js';
import { parseOtlpEndpoint, parseRatio, SAMPLERS } from './drivers/otel/settings.js';
import { dsnWithPassword, dsnWithTls } from './drivers/postgres/dsn.js';
import { replicasDsn } from './drivers/postgres/replica-dsn.js';
import { redisAddrWithPassword, redisAddrWithTls } from './drivers/redis/addr.js';
import { parseCeOverrides, parseSinkUrl } from './drivers/sink/settings.js';
import { tlsVariables, withTls } from './tls-variables.js';
import {
  oneOf,
  onOff,
  optional,
  token,
  type ValuesOf,
  type Variable,
  type Variables,
  wholeNumber,
} from './variables.js';

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What every process of the runtime reads. A backing service whose variable is unset is undefined here: a standalone process then uses the embedded driver. */
const VARIABLES = {
  /** The address to listen on, or a name of it; undefined for all addresses. */
  host: { env: 'HOST', default: '', format: optional(String) },
  port: { env: 'PORT', default: '8080', format: wholeNumber(0, 65_535) },
  /** Proxies that are believed about their clients. */
  trustProxy: { env: 'TRUST_PROXY', default: '', format: optional(parseNetworks) },
  /** What senders of events must bring; undefined where none is asked for. */
  eventsToken: { env: 'EVENTS_TOKEN', default: '', format: optional(token) },
  dsn: { env: 'DSN', passwordEnv: 'DSN_PASSWORD', default: '', format: optional(dsnWithPassword) },
  /** Replicas of what `dsn` names, for reads. */
  dsnRead: { env: 'DSN_READ', passwordEnv: 'DSN_PASSWORD', default: '', format: optional(replicasDsn) },
  redisAddr: { env: 'REDIS_ADDR', passwordEnv: 'REDIS_PASSWORD', default: '', format: optional(redisAddrWithPassword) },
  amqpUrls: { env: 'AMQP_URL', passwordEnv: 'AMQP_PASSWORD', default: '', format: optional(parseAmqpUrls) },
  /** Where the broker's management API is; undefined for beside the broker, `off` for not to be asked. */
  amqpManagementUrl: { env: 'AMQP_MANAGEMENT_URL', default: '', format: optional(parseManagementUrl) },
  /** How many partitions queues that have any are to have; undefined for as many as they are declared with. */
  partitions: { env: 'PARTITIONS', default: '', format: optional(wholeNumber(1, MOST_PARTITIONS)) },
  /** What a standalone process keeps between runs. */
  dataDir: { env: 'DATA_DIR', default: './.data', format: String },
  logLevel: { env: 'LOG_LEVEL', default: 'info', format: oneOf(LEVELS) },
  rateLimit: { env: 'RATE_LIMIT', default: 'on', format: onOff },
  shutdownGraceMs: { env: 'SHUTDOWN_GRACE_MS', default: '10000', format: wholeNumber(0, 3_600_000) },
  /** Where publications go as CloudEvents over HTTP; undefined sends them to their queues. */
  sink: { env: 'K_SINK', default: '', format: optional(parseSinkUrl) },
  /** Extension attributes that each of these gets. */
  ceOverrides: { env: 'K_CE_OVERRIDES', default: '', format: parseCeOverrides },
  /** Where spans go, the whole URL; undefined for nowhere, and then there are none. */
  otlpUrl: { env: 'OTEL_EXPORTER_OTLP_ENDPOINT', default: '', format: optional(parseOtlpEndpoint) },
  tracesSampler: {
    env: 'OTEL_TRACES_SAMPLER',
    default: 'parentbased_always_on',
    format: oneOf(SAMPLERS),
    lenient: true,
  },
  /** Share of traces, from 0 to 1. */
  tracesRatio: { env: 'OTEL_TRACES_SAMPLER_ARG', default: '1', format: parseRatio, lenient: true },
  /** How long a CPU profile is taken from the start on; 0 for not at all. */
  cpuProfileSeconds: { env: 'CPU_PROFILE_SECONDS', default: '0', format: wholeNumber(0, 3_600) },
  cpuProfileDir: { env: 'CPU_PROFILE_DIR', default: tmpdir(), format: String },
} satisfies Variables;

/**
 * What the environment says, read and checked once: the variables of the runtime, and `settings`, the product's own.
 * Times are in milliseconds unless a name says otherwise. A server whose variable is unset is undefined.
 *
 * @example
 * const where = (config: Config<{ region: string }>) => `${config.settings.region}, port ${config.port}`;
 */
export type Config<Settings = unknown> = ValuesOf<typeof VARIABLES> & {
  /** Values of the product's own variables. */
  readonly settings: Settings;
  /** What was given and is ignored, each naming its variable. */
  readonly warnings: readonly string[];
};

/** What is read for one process, before anything of it is loaded. */
export interface ConfigOptions<Own extends Variables> {
  /** What it is, in the words of whoever starts it: `the image gateway`. */
  readonly requiredBy: string;
  /** Variables without which it refuses to start. */
  readonly requires: readonly string[];
  /** Variables of the product's own. */
  readonly settings: Own;
  /** Where it listens unless told otherwise; default: all addresses. */
  readonly host?: string;
}

/** What is empty or blank is not set. Spaces around a value are none of it, but a password is taken as it is. */
function setVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const set = Object.entries(env).filter(([, text = '']) => text.trim() !== '');
  return Object.fromEntries(set.map(([name, text = '']) => [name, name.endsWith('_PASSWORD') ? text : text.trim()]));
}

/** Throws ConfigError for the first variable that is missing or malformed. */
export function readConfig<Own extends Variables>(
  { requiredBy, requires, settings, host }: ConfigOptions<Own>,
  environment: NodeJS.ProcessEnv = process.env,
): Config<ValuesOf<Own>> {
  const env = setVariables(environment);
  const warnings: string[] = [];
  for (const name of requires) {
    if (!env[name]) throw new ConfigError(`${name}: is required by ${requiredBy}`);
  }
  // Checked one by one, not with convict's validate(), which would print the values, secrets and all.
  function valuesOf<Of extends Variables>(variables: Of): ValuesOf<Of> {
    const texts: Record<string, string> = convict(variables as Variables, { env, args: [] }).getProperties();
    const read = Object.entries<Variable<unknown>>(variables).map(([member, variable]) => {
      const { env: name, passwordEnv = '', format, lenient = false } = variable;
      try {
        return [member, format(texts[member] ?? '', env[passwordEnv] ?? '')];
      } catch (err) {
        const fault = `${name}: ${(err as Error).message}`;
        if (!lenient) throw new ConfigError(fault);
        warnings.push(`${fault}; ${variable.default} is taken`);
        return [member, format(variable.default, '')];
      }
    });
    return Object.fromEntries(read) as ValuesOf<Of>;
  }
  const config = valuesOf(VARIABLES);
  if (config.dsnRead !== undefined && config.dsn === undefined) {
    throw new ConfigError('DSN_READ: is of no use without DSN');
  }
  const addresses = {
    dsn: withTls('DSN', config.dsn, valuesOf(tlsVariables('DSN')), dsnWithTls),
    dsnRead: withTls('DSN', config.dsnRead, valuesOf(tlsVariables('DSN')), dsnWithTls),
    redisAddr: withTls('REDIS', config.redisAddr, valuesOf(tlsVariables('REDIS')), redisAddrWithTls),
    amqpUrls: withTls('AMQP', config.amqpUrls, valuesOf(tlsVariables('AMQP')), amqpUrlsWithTls),
  };
  return { ...config, ...addresses, host: config.host ?? host, settings: valuesOf(settings), warnings };
}
