/**
 * PostgreSQL servers of a test's own. To make the files of one takes seconds and a thousand syncs, so a run of all tests
 * makes them once, and tests whose subject is another one copy them; by itself, a test's server makes its own.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { silent } from './silent.js';

/** The variable that names the folder of such files. They need not be there yet. */
export const SERVER_FILES = 'TEST_SERVER_FILES';

/** Makes them, of a server that has run and ended in order. They appear whole. */
export async function makeServerFiles(folder: string): Promise<void> {
  const server = await startEmbeddedPostgres({ dataDir: `${folder}.draft`, log: silent });
  await server.stop();
  await rename(`${folder}.draft`, folder);
}

/** What `DATA_DIR` is to be, with such files in it, or empty. */
export async function newDataDir(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const made = process.env[SERVER_FILES];
  // `cp` keeps whose they are: the server's, where this runs as root. When they are not there, it copies nothing.
  if (made) await promisify(execFile)('cp', ['-a', `${made}/.`, dataDir]).catch(() => undefined);
  return dataDir;
}

export async function startOwnPostgres(place: Parameters<typeof startEmbeddedPostgres>[0]): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ ...place, dataDir: await newDataDir(place.dataDir) });
}

/** A server for the tests of the block that asks for it, which ends with them: where it is, once they run. */
export function ownPostgres(): () => string {
  let dataDir: string;
  let server: EmbeddedPostgres;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'postgres-'));
    server = await startOwnPostgres({ dataDir, log: silent });
  });
  after(async () => {
    await server?.stop();
    await rm(dataDir, { recursive: true });
  });
  return () => server.dsn;
}
