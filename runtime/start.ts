/**
 * Starts one entry point of a product: reads the configuration, brings the service up, says when it is ready, and drains it on
 * SIGTERM or SIGINT. A fault of configuration ends it with one line. The entry point `migrate` applies the migrations and ends.
 */
import { readConfig } from './config.js';
import { ConfigError } from './config-error.js';
import { prepareDataDir } from './data-dir.js';
import type { Product, Requirements } from './entrypoint.js';
import { untilSignal } from './signals.js';
import type { Variables } from './variables.js';

const MIGRATE = 'migrate';
const MIGRATOR: Requirements = { requires: ['DSN'] };
const LOOPBACK = '127.0.0.1';

/**
 * The configuration of one of the product's entry points, `migrate` among them where it has migrations. Throws ConfigError,
 * also for a name that none of them has.
 */
export function configOf<Own extends Variables>(
  { entrypoints, migrations, settings }: Product<Own>,
  argument: string | undefined,
  env?: NodeJS.ProcessEnv,
) {
  const known: Readonly<Record<string, Requirements>> = { ...entrypoints, ...(migrations && { [MIGRATE]: MIGRATOR }) };
  const name = Object.keys(known).find(each => each === argument);
  if (name === undefined) throw new ConfigError(`IMAGE: must be one of ${Object.keys(known).join(', ')}`);
  const { requires = [], standalone = false } = known[name] ?? {};
  const host = standalone ? { host: LOOPBACK } : {};
  const config = readConfig({ requiredBy: `the image ${name}`, requires, settings, ...host }, env);
  return { name, standalone, config };
}

export async function start<Own extends Variables>(product: Product<Own>, argument: string | undefined): Promise<void> {
  const { name, standalone, config } = configOf(product, argument);
  // From here on: to the first process of a container no signal comes that it does not listen to.
  const signal = untilSignal();
  const { migrations, keepsFiles = ({ dsn }) => dsn === undefined } = product;
  if (standalone && keepsFiles(config)) await prepareDataDir(config.dataDir);
  // Loaded only now: a fault of configuration is told at once.
  const { createLog } = await import('./log.js');
  const log = await createLog({ level: config.logLevel, image: name });
  for (const warning of config.warnings) log.warn(warning);
  if (migrations && name === MIGRATE) {
    void signal.then(() => process.exit(1));
    return (await import('./migrate.js')).runMigrations({ dsn: config.dsn ?? '', migrations, log });
  }
  const { serve } = await import('./serve.js');
  await serve({ name, standalone, product, config, log, signal });
}
