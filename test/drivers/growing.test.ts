import { expect } from 'chai';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../support/eventually.js';
import { growMessages } from '../support/growth.js';
import { memoryLog } from '../support/log.js';
import { ownPostgres } from '../support/new-server.js';
import { administer } from '../support/postgres.js';
import { worldOn } from '../support/world.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);
/** Rounds, each of which goes on with a database in which everything was analysed just now. */
const SIZES = [60, 500, 3_000, 10_000];

describe('a database that grows while autovacuum is at work', function () {
  this.timeout(120_000);
  const server = ownPostgres();

  before(async () => {
    await administer(server(), "alter system set autovacuum_naptime = '1s'");
    await administer(server(), 'select pg_reload_conf()');
    await migrate(server(), MIGRATIONS, memoryLog());
  });

  /** Rows of tables that were read by sequential scans, by anybody. */
  async function scanned(): Promise<number> {
    const text = "select sum(seq_tup_read)::int as rows from pg_stat_user_tables where relname <> 'schema_migrations'";
    const [row] = await administer<{ rows: number }>(server(), text);
    return row?.rows ?? 0;
  }

  const analysed = async () => {
    const text =
      "select autoanalyze_count + analyze_count > 0 as done from pg_stat_user_tables where relname = 'messages'";
    const [row] = await administer<{ done: boolean }>(server(), text);
    return row?.done;
  };

  it('stores every message by look-ups alone, on connections that were there from the beginning', async () => {
    const log = memoryLog();
    const sql = connectPostgres({ dsn: server(), name: 'growing', log });
    try {
      const world = worldOn(sql);
      await growMessages(world, 20);
      for (const size of SIZES) {
        await growMessages(world, size);
        await eventually('autovacuum has analysed', analysed);
      }
    } finally {
      // Connections hand over what they have counted when they end, at the latest.
      await sql.close();
    }
    expect(await scanned()).to.equal(0);
  });
});
