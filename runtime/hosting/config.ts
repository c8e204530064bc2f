/** Where the settings of a hosted function come from: the environment, the options, and func.yaml, which has the last word. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HealthCheck, InvokerOptions, LogLevel } from './types.js';
import { parseYaml } from './yaml.js';

/**
 * What holds where neither the environment, the options nor func.yaml say otherwise. `BODY_LIMIT` is in bytes.
 *
 * @example
 * import { defaults } from 'function-runtime/knative';
 *
 * defaults.PORT; // 8080
 */
export const defaults = { LOG_LEVEL: 'warn' as LogLevel, PORT: 8080, INCLUDE_RAW: false, BODY_LIMIT: 1_048_576 };

export interface Settings {
  readonly logLevel: LogLevel;
  readonly port: number;
  readonly includeRaw: boolean;
  readonly bodyLimit: number;
  readonly graceMs: number;
  readonly urls: { readonly readiness: string; readonly liveness: string; readonly metrics: string };
  /** What says in metrics which function this is: faas_name and so on. */
  readonly labels: Readonly<Record<string, string | undefined>>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Yaml = Readonly<Record<string, unknown>>;

/** Throws when an option or a variable is malformed, naming it; a func.yaml that cannot be read is warned of. */
export function settingsOf(options: InvokerOptions, env: Environment = process.env): Settings {
  const yaml = readFuncYaml(options.config);
  return {
    logLevel: (text(yaml.logLevel) as LogLevel) ?? options.logLevel ?? defaults.LOG_LEVEL,
    port: integer('port', yaml.port ?? options.port ?? (env.PORT || undefined) ?? defaults.PORT, 65_535),
    includeRaw: Boolean(yaml.includeRaw ?? options.includeRaw ?? defaults.INCLUDE_RAW),
    bodyLimit: bytes(yaml.bodyLimit || options.bodyLimit || defaults.BODY_LIMIT),
    graceMs: integer('SHUTDOWN_GRACE_MS', env.SHUTDOWN_GRACE_MS || 10_000),
    urls: {
      readiness: pathOf(options.readiness) ?? (env.READINESS_URL || '/health/readiness'),
      liveness: pathOf(options.liveness) ?? (env.LIVENESS_URL || '/health/liveness'),
      metrics: env.METRICS_URL || '/metrics',
    },
    labels: labelsOf(yaml, env),
  };
}

/** The command line's own variables, which win over its flags. */
export function withEnvironment(flags: InvokerOptions, env: Environment = process.env): InvokerOptions {
  return {
    ...flags,
    ...(env.FUNC_LOG_LEVEL ? { logLevel: env.FUNC_LOG_LEVEL as LogLevel } : {}),
    ...(env.FUNC_PORT ? { port: integer('FUNC_PORT', env.FUNC_PORT, 65_535) } : {}),
    ...(env.FUNC_INCLUDE_RAW ? { includeRaw: true } : {}),
    ...(env.FUNC_BODY_LIMIT ? { bodyLimit: bytes(env.FUNC_BODY_LIMIT) } : {}),
  };
}

/** A whole number that is not negative. */
export function integer(name: string, value: unknown, max = Number.MAX_SAFE_INTEGER): number {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isInteger(number) || number < 0 || number > max)
    throw new TypeError(`${name} must be a whole number from 0 to ${max}, not ${JSON.stringify(value)}`);
  return number;
}

/** A number of bytes, or one with a unit: 512kb, 2mb. */
export function bytes(value: unknown): number {
  const [, number, unit] = /^\s*(\d+)\s*(b|kb|mb|gb)?\s*$/i.exec(String(value)) ?? [];
  if (number === undefined)
    throw new TypeError(`bodyLimit must be a number of bytes, such as 1048576 or 2mb, not ${JSON.stringify(value)}`);
  return Number(number) * 1024 ** ['b', 'kb', 'mb', 'gb'].indexOf(unit?.toLowerCase() ?? 'b');
}

const pathOf = (check: HealthCheck | undefined): string | undefined => check?.path || undefined;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function labelsOf(yaml: Yaml, env: Environment): Settings['labels'] {
  const label = (...candidates: unknown[]): string | undefined => {
    const found = candidates.find(candidate => candidate);
    return found === undefined ? undefined : String(found);
  };
  return {
    faas_name: label(yaml.name, env.FAAS_NAME, env.K_SERVICE, 'anonymous'),
    faas_id: label(yaml.id, env.FAAS_ID, `${env.POD_NAME ?? 'local'}-${crypto.randomUUID()}`),
    faas_instance: label(yaml.instance, env.FAAS_INSTANCE, env.POD_NAME),
    faas_version: label(yaml.version, env.FAAS_VERSION, env.K_REVISION),
    faas_runtime: label(yaml.runtime, env.FAAS_RUNTIME, 'Node.js'),
  };
}

function readFuncYaml(place = './'): Yaml {
  const file = statSync(place).isDirectory() ? join(place, 'func.yaml') : place;
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return {};
  try {
    const content = parseYaml(readFileSync(file, 'utf8'));
    return typeof content === 'object' && content !== null ? (content as Yaml) : {};
  } catch (error) {
    console.warn(`${file} is ignored: ${(error as Error).message}`);
    return {};
  }
}
