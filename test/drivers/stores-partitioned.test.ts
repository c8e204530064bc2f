/** The stores' contract where messages, and what is told of them, are partitioned by their chat: see `npm run partition`. */
import { PARTITIONED } from '#functions/stores/partitioned.js';
import { partition } from '#runtime/drivers/postgres/partitioning/partition.js';
import { memoryLog } from '../support/log.js';
import { ownPostgres } from '../support/new-server.js';
import { type Prepare, storesContract } from './stores.contract.js';

const partitioned: Prepare = dsn => partition({ dsn, spec: PARTITIONED, log: memoryLog() }, { partitions: 8 });

describe('stores on partitioned tables', () => {
  const dsn = ownPostgres();
  describe('of embedded PostgreSQL', () => storesContract(async () => dsn(), partitioned));
});
