/**
 * Every statement's plan in a database of years, in which nearly all messages have changed, whatever was known when it was
 * made. Takes minutes, so it runs where
 * ROWS says how many messages: ROWS=10000000 npx mocha dist/test/drivers/millions.test.js
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { memoryLog } from '../support/log.js';
import { fill, fillChanges } from '../support/millions.js';
import { administer } from '../support/postgres.js';
import { TABLES } from './explain.js';
import { faultsOf } from './faults.js';
import { recorded } from './plans.contract.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);
const ROWS = Number(process.env.ROWS ?? 0);

/** As if nobody had ever counted anything. */
const FORGET = [
  `select pg_clear_attribute_stats(schemaname::text, tablename::text, attname::text, inherited)
   from pg_stats where schemaname = 'public'`,
  `select pg_clear_relation_stats('public', relname::text) from pg_class
   where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`,
];

// Takes minutes: only for who asks.
if (ROWS > 0)
  describe(`plans among ${ROWS.toLocaleString('en')} messages`, function () {
    this.timeout(3_600_000);
    let dataDir: string;
    let server: EmbeddedPostgres;
    const open: (() => Promise<void>)[] = [];

    before(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'millions-'));
      server = await startEmbeddedPostgres({ dataDir, log: memoryLog() });
      await migrate(server.dsn, MIGRATIONS, memoryLog());
      // What is analysed, and when, is the story here.
      for (const table of TABLES) await administer(server.dsn, `alter table ${table} set (autovacuum_enabled = off)`);
    });

    after(async () => {
      for (const close of open.splice(0)) await close();
      await server.stop();
      await rm(dataDir, { recursive: true });
    });

    /** A connection that has planned every statement by what is known now. */
    async function planned() {
      const sql = connectPostgres({ dsn: server.dsn, name: 'millions', log: memoryLog(), max: 1 });
      open.push(() => sql.close());
      return { sql, statements: await recorded(sql) };
    }
    /** The chat that becomes the busiest, and its owner. */
    const busiest = ({ statements }: Awaited<ReturnType<typeof planned>>) =>
      statements.get('members-standing')?.values as [string, string];
    const analyse = async () => {
      for (const table of TABLES) await administer(server.dsn, `analyze ${table}`);
    };

    it('read by index what is asked for and little more, whenever they were made', async () => {
      const empty = await planned();
      const [busy, owner] = busiest(empty);
      await fill(server.dsn, 60, busy);
      await analyse();
      const sixty = await planned();
      await fill(server.dsn, ROWS, busy);
      await fillChanges(server.dsn, busy, owner);
      const grown = await planned();
      await analyse();
      const analysed = await planned();
      for (const text of FORGET) await administer(server.dsn, text);
      const unknown = await planned();

      const plans = { empty, sixty, grown, analysed, unknown };
      const faults: Record<string, readonly string[]> = {};
      for (const [when, { sql, statements }] of Object.entries(plans)) {
        faults[when] = [
          ...(await faultsOf(sql, statements)).map(fault => `own chat: ${fault}`),
          // What was asked of the chat that has become the busiest.
          ...(await faultsOf(sql, empty.statements)).map(fault => `busiest chat: ${fault}`),
        ];
      }
      expect(faults).to.deep.equal({ empty: [], sixty: [], grown: [], analysed: [], unknown: [] });
    });
  });
