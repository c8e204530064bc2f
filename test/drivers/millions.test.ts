/**
 * Every statement's plan in a database of years, whose busiest chat has changed nearly whole, whatever was known when it was
 * made: ROWS=10000000 npx mocha dist/test/drivers/millions.test.js
 * Tells which statements touched the most pages. Takes minutes, so it runs only where ROWS says how many messages.
 */
import { expect } from 'chai';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { LOADING } from '../support/loading.js';
import { memoryLog } from '../support/log.js';
import { fill, fillChanges } from '../support/millions.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { administer, freshDatabase } from '../support/postgres.js';
import { keepAwake } from './awake.js';
import { type Plan, TABLES } from './explain.js';
import { faultsOf } from './faults.js';
import { placeOf, recorded, type Statements } from './plans.contract.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);
const ROWS = Number(process.env.ROWS ?? 0);

/** To be filled, not to be kept: nothing is logged or synced, and indexes stay in memory while they grow. */
const SETTINGS = ['shared_buffers=2GB', 'wal_level=minimal', 'max_wal_senders=0', 'max_wal_size=32GB'];
const QUICK = [
  ...SETTINGS,
  'checkpoint_timeout=1h',
  'full_page_writes=off',
  'synchronous_commit=off',
  'autovacuum=off',
];

const LONGEST = ['messages', 'message_versions', 'reactions', 'mentions', 'deleted_counts'];

/** As if nobody had ever counted anything. */
const FORGET = [
  `select pg_clear_attribute_stats(schemaname::text, tablename::text, attname::text, inherited)
   from pg_stats where schemaname = 'public'`,
  `select pg_clear_relation_stats('public', relname::text) from pg_class
   where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`,
];

/** Statements that touched the most pages, of those told. */
const MOST_TOLD = 12;

type Touched = Map<string, number>;

function tell(touched: Touched): void {
  const most = [...touched].sort(([, one], [, other]) => other - one).slice(0, MOST_TOLD);
  for (const [what, pages] of most) console.log(`${pages} pages: ${what}`);
}

// Takes minutes: only for who asks.
if (ROWS > 0)
  describe(`plans among ${ROWS.toLocaleString('en')} messages`, function () {
    this.timeout(3_600_000);
    let server: OwnPostgres;

    before(async () => {
      server = await ownPostgres({ settings: QUICK });
      await server.start();
    });

    after(() => server.remove());

    /** A database of its own with so many messages, counted then; and what there is to ask of it while it lives. */
    async function database(counted: number) {
      const { dsn, drop } = await freshDatabase(server.dsn);
      await migrate(dsn, MIGRATIONS, memoryLog());
      for (const table of LONGEST) await administer(dsn, `alter table ${table} set unlogged`);
      const closing = [drop];
      const touched: Touched = new Map();

      /** A connection that has planned every statement by what is known now. */
      async function planned() {
        const sql = connectPostgres({ dsn, name: 'millions', log: memoryLog(), max: 1, patience: LOADING });
        const doze = keepAwake(sql);
        closing.unshift(async () => {
          doze();
          await sql.close();
        });
        return { sql, statements: await recorded(sql) };
      }
      const first = await planned();
      const [busy, owner] = placeOf(first.statements);
      const analyse = async () => {
        for (const table of TABLES) await administer(dsn, `analyze ${table}`);
      };
      if (counted > 0) {
        await fill(dsn, counted, busy);
        await analyse();
      }
      return {
        planned,
        analyse,
        async grow() {
          const began = performance.now();
          await fill(dsn, ROWS, busy, true);
          await fillChanges(dsn, busy, owner);
          console.log(`filled in ${Math.round((performance.now() - began) / 1000)} s`);
        },
        forget: async () => {
          for (const text of FORGET) await administer(dsn, text);
        },
        /** Of a chat of its own, and of the first one, which has become the busiest. */
        async faults({ sql, statements }: { sql: Parameters<typeof faultsOf>[0]; statements: Statements }) {
          const look = (where: string) => (name: string, plan: Plan) => {
            const pages = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
            touched.set(`${name}, ${where}`, Math.max(pages, touched.get(`${name}, ${where}`) ?? 0));
          };
          return [
            ...(await faultsOf(sql, statements, look('own chat'))).map(fault => `own chat: ${fault}`),
            ...(await faultsOf(sql, first.statements, look('busiest chat'))).map(fault => `busiest chat: ${fault}`),
          ];
        },
        async close() {
          tell(touched);
          for (const close of closing) await close();
        },
      };
    }

    it('read by index what is asked for and little more, made when there were none, and never analysed', async () => {
      const db = await database(0);
      const empty = await db.planned();
      await db.grow();
      const faults = { empty: await db.faults(empty), grown: await db.faults(await db.planned()) };
      await db.close();
      expect(faults).to.deep.equal({ empty: [], grown: [] });
    });

    it('and made when 60 were counted, before and after all are, and when that is forgotten', async () => {
      const db = await database(60);
      const sixty = await db.planned();
      await db.grow();
      const faults: Record<string, readonly string[]> = {};
      // What is known is what plans are made by, those that were made before as well: each is looked at in its time.
      faults.sixty = await db.faults(sixty);
      faults.grown = await db.faults(await db.planned());
      await db.analyse();
      faults.analysed = await db.faults(await db.planned());
      await db.forget();
      faults.unknown = await db.faults(await db.planned());
      await db.close();
      expect(faults).to.deep.equal({ sixty: [], grown: [], analysed: [], unknown: [] });
    });
  });
