/** A PostgreSQL server of the bench's own, as it is by default: with autovacuum, and statistics as they come. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { administer } from '#support/postgres.js';
import { silent } from '#support/silent.js';

export interface OwnPostgres {
  readonly dsn: string;
  readonly version: string;
  stop(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-postgres-'));
  const server = await startEmbeddedPostgres({ dataDir, log: silent });
  const [row] = await administer<{ server_version: string }>(server.dsn, 'show server_version');
  return {
    dsn: server.dsn,
    version: row?.server_version ?? 'unknown',
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
