/**
 * The entry point of every image: `node dist/runtime/main.js IMAGE`. Reads the configuration, brings the image up,
 * says when it is ready, and drains it on SIGTERM or SIGINT. A fault of configuration ends it with one line.
 */
import { type Config, ConfigError, EXIT_CONFIG, IMAGES, type ImageName, readConfig } from './config.js';
import { prepareDataDir } from './data-dir.js';
import { untilSignal } from './signals.js';

function imageName(argument: string | undefined): ImageName {
  const image = IMAGES.find(name => name === argument);
  if (!image) throw new ConfigError(`IMAGE: must be one of ${IMAGES.join(', ')}`);
  return image;
}

async function main(): Promise<void> {
  const image = imageName(process.argv[2]);
  const config: Config = readConfig(image);
  // From here on: to the first process of a container no signal comes that it does not listen to.
  const signal = untilSignal();
  if (image === 'all' && !(config.dsn && config.jwtPrivateKeyPem)) await prepareDataDir(config.dataDir);
  // Loaded only now: a fault of configuration is told at once.
  const { createLog } = await import('./log.js');
  const log = await createLog({ level: config.logLevel, image });
  for (const warning of config.warnings) log.warn(warning);
  if (image === 'migrate') {
    void signal.then(() => process.exit(1));
    return (await import('./migrate.js')).runMigrations(config.dsn as string, log);
  }
  await (await import('./serve.js')).serve(image, config, log, signal);
}

main().catch(err => {
  const configuration = err instanceof ConfigError;
  process.stderr.write(configuration ? `${err.message}\n` : `${(err as Error).stack}\n`);
  process.exit(configuration ? EXIT_CONFIG : 1);
});
