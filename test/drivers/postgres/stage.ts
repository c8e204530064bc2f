/** The driver on a server of its own, and what tests ask of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Failure } from '#runtime/contract/failure.js';
import type { Log } from '#runtime/contract/function.js';
import type { Part, Sql } from '#runtime/contract/ports.js';
import type { EmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../../support/eventually.js';
import { memoryLog } from '../../support/log.js';
import { startOwnPostgres } from '../../support/new-server.js';
import { administer } from '../../support/postgres.js';

/** What it rejected with. */
export const rejection = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => {
      throw new Error('did not reject');
    },
    error => error,
  );

export const isUp = (sql: Part) => eventually('the database is up', () => sql.state() === 'up');

/** Ends all connections of the driver. */
export const CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'driver-test'";

export interface Driven {
  /** Of a server that runs for these tests alone. */
  readonly dsn: string;
  readonly dataDir: string;
  /** Closed after the test. */
  pool(dsn?: string, log?: Log, max?: number): Sql & Part;
}

/** To be called in the suite whose tests use it. */
export function driven(): Driven {
  let dataDir: string;
  let server: EmbeddedPostgres;
  const open: (Sql & Part)[] = [];

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'driver-'));
    server = await startOwnPostgres({ dataDir, log: memoryLog() });
    await administer(server.dsn, 'create table things (id integer primary key, x text constraint one_x unique)');
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map(sql => sql.close()));
  });

  after(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  return {
    get dsn() {
      return server.dsn;
    },
    get dataDir() {
      return dataDir;
    },
    pool(dsn = server.dsn, log = memoryLog(), max = 4) {
      const sql = connectPostgres({ dsn, name: 'driver-test', log, max });
      open.push(sql);
      return sql;
    },
  };
}
