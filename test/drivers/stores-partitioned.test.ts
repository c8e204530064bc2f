/** The stores' contract where messages, and what is told of them, are partitioned by their chat: see `npm run partition`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTITIONED } from '#functions/stores/partitioned.js';
import type { EmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { partition } from '#runtime/drivers/postgres/partitioning/partition.js';
import { memoryLog } from '../support/log.js';
import { startOwnPostgres } from '../support/new-server.js';
import { type Prepare, storesContract } from './stores.contract.js';

const partitioned: Prepare = dsn => partition({ dsn, spec: PARTITIONED, log: memoryLog() }, { partitions: 8 });

describe('stores on partitioned tables', () => {
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

  describe('of embedded PostgreSQL', () => storesContract(async () => server.dsn, partitioned));
});
