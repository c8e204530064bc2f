/** The stores' contract on the embedded server, always, and on a real one where there is one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { memoryLog } from '../support/log.js';
import { startOwnPostgres } from '../support/new-server.js';
import { postgresDsn } from '../support/postgres.js';
import { storesContract } from './stores.contract.js';

describe('stores on embedded PostgreSQL', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'stores-'));
    server = await startOwnPostgres({ dataDir, log: memoryLog() });
  });

  after(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  describe('with a database of its own', () => storesContract(async () => server.dsn));
});

describe('stores on a real PostgreSQL server', () => storesContract(postgresDsn));
