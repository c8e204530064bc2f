/**
 * `npm run dev`: runs the image `all`, and reloads it when a source is saved. The database server belongs to this
 * process, so a reload leaves it alone, and what was stored is there. Code that does not parse, or cannot be loaded,
 * replaces nothing; wrong types are told of, and run. Ctrl-C ends everything in order.
 */
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { product } from '#functions/entrypoints/main.js';
import type { Config } from '#runtime/config.js';
import { ConfigError, EXIT_CONFIG } from '#runtime/config-error.js';
import type { Log } from '#runtime/contract/function.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { createLog } from '#runtime/log.js';
import { untilSignal } from '#runtime/signals.js';
import { configOf } from '#runtime/start.js';
import { freePort } from './free-port.js';
import { watchPage } from './page.js';
import { createProcesses, type Processes } from './processes.js';
import { createReloads } from './reloads.js';
import { type Build, watchSources } from './sources.js';
import { createTypes, type Types } from './types.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Clients are told, and let go soon: they come back to the next one. */
const GRACE_MS = '300';

const plain = process.stdout.isTTY ? String : stripVTControlCharacters;
const say = (text: string) => void process.stdout.write(`dev: ${plain(text)}\n`);

/** Resolves with the exit code when it is over. */
async function main(config: Config, signal: Promise<unknown>): Promise<number> {
  const log = await createLog({ level: config.logLevel, image: 'dev' });
  const postgres = config.dsn === undefined ? await ownPostgres(config.dataDir, log) : undefined;
  const port = config.port || (await freePort());
  const dsn = postgres && { DSN: postgres.dsn };
  const env = { SHUTDOWN_GRACE_MS: GRACE_MS, ...process.env, ...dsn, PORT: String(port) };
  const processes = createProcesses(env, port, code => say(`it ended with ${code}; save a source to start it again`));
  const types = createTypes(ROOT, sayOfTypes());
  try {
    return await Promise.race([signal.then(() => 0), reloading(processes, types, port)]);
  } finally {
    types.end();
    await processes.end();
    await postgres?.stop();
  }
}

const ownPostgres = (dataDir: string, log: Log): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataDir, log }).catch(err => {
    throw new ConfigError(`DATA_DIR: ${(err as Error).message}`);
  });

/** Resolves only when the configuration turns out to be unfit, with the exit code. */
function reloading(processes: Processes, types: Types, port: number): Promise<number> {
  return new Promise(resolve => {
    const reload = createReloads(processes, {
      ready({ changed }, ms) {
        const files = changed.map(file => relative(ROOT, file)).join(', ');
        say(files ? `reloaded in ${ms} ms: ${files}` : `http://localhost:${port} reloads when a source is saved`);
        types.check();
      },
      notReady({ message, exitCode }) {
        if (exitCode === EXIT_CONFIG) return resolve(EXIT_CONFIG);
        say(`not reloaded; ${exitCode === undefined ? 'nothing is replaced' : 'nothing runs now'}:\n${message}`);
        types.check();
      },
    });
    const failed = (message: string) => say(`not reloaded; nothing is replaced:\n${message}`);
    let last: Build | undefined;
    const built = (build: Build) => {
      last = build;
      reload(build);
    };
    watchSources(ROOT, { built, failed });
    // The page is read when the process starts.
    watchPage(ROOT, { built: changed => last && reload({ ...last, changed }), failed });
  });
}

function sayOfTypes(): Parameters<typeof createTypes>[1] {
  let right = true;
  return (now, said) => {
    if (!now) say(`the types are wrong:\n${said}`);
    else if (!right) say('the types are right again');
    right = now;
  };
}

try {
  process.exit(await main(configOf(product(pathToFileURL(ROOT)), 'all').config, untilSignal()));
} catch (err) {
  process.stderr.write(`${(err as Error).message}\n`);
  process.exit(err instanceof ConfigError ? EXIT_CONFIG : 1);
}
