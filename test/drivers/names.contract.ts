/** People are found by any part of their names, whatever its script and case, without everybody being read. */
import { expect } from 'chai';
import { userStore } from '#functions/stores/users.js';
import type { Sql } from '#runtime/contract/ports.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { LOADING } from '../support/loading.js';
import { memoryLog } from '../support/log.js';
import { administer, freshDatabase } from '../support/postgres.js';
import { argumentsOf, nodesOf, type Plan, rowsRead } from './explain.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);

/** What is looked for, in another case than it has where the script has cases. */
const SCRIPTS = {
  Latin: { name: 'Anna Sidorova', query: 'DOROVA' },
  Cyrillic: { name: 'Анна Сидорова', query: 'ДОРОВА' },
  Greek: { name: 'Μαρία Παπαδοπούλου', query: 'ΔΟΠΟΎ' },
  Armenian: { name: 'Աննա Սարգսյան', query: 'ՐԳՍՅԱՆ' },
  Arabic: { name: 'محمود درويش', query: 'رويش' },
  Han: { name: '山田太郎左衛門', query: '太郎左衛' },
};

const EVERYBODY = `
insert into users (id, email, username, display_name, password_hash, created_at)
select gen_random_uuid(), n || '@example.org', 'u' || n, name || ' ' || md5(n::text), 'h', now()
from generate_series(1, 500) n, unnest(array['Пётр Иванов', 'Jean Dupont', 'Γιώργος', 'Արամ', 'يوسف', '鈴木一郎']) with ordinality t (name, k)
where n % 6 = k - 1`;

const CASED = `
select string_agg(lower(chr(n)), '' order by n) as lower from generate_series(1, 1423) n
where n not between 55296 and 57343 and n not in (127)`;

/** Of the server; a database is made with each LC_CTYPE that it has among these. */
const CTYPES = ['C.UTF-8'];

export function namesContract(serverDsn: () => string | undefined): void {
  describe('names in all scripts', function () {
    this.timeout(120_000);
    for (const ctype of [undefined, ...CTYPES]) {
      it(`are found by index, in any case, with ${ctype ?? 'what the server has as LC_CTYPE'}`, async function () {
        const server = serverDsn();
        if (!server) return this.skip();
        const database = await freshDatabase(server, ctype).catch(error => {
          // What the system does not know, the server cannot have.
          if (ctype === undefined || error.code !== UNKNOWN_LOCALE) throw error;
          return undefined;
        });
        if (!database) return this.skip();
        const log = memoryLog();
        await migrate(database.dsn, MIGRATIONS, log);
        const sql = connectPostgres({ dsn: database.dsn, name: 'names', log, max: 1, patience: LOADING });
        try {
          await administer(database.dsn, EVERYBODY);
          const users = userStore(sql);
          for (const [script, { name, query }] of Object.entries(SCRIPTS)) {
            const username = `of_${script.toLowerCase()}`;
            const id = crypto.randomUUID();
            await users.create({
              ...{ id, username, displayName: name, passwordHash: 'h' },
              email: `${username}@example.org`,
              createdAt: new Date().toISOString(),
            });
            expect(await users.search(query, crypto.randomUUID()), script).to.deep.equal([
              { id, username, displayName: name },
            ]);
            expect(await mostRead(sql, query), `rows read for ${script}`).to.be.lessThan(20);
          }
          const folded = await administer<{ lower: string }>(database.dsn, CASED);
          expect(folded[0]?.lower).to.equal(EXPECTED_FOLDING);
          expect(log.lines.filter(({ message }) => message.includes('LC_CTYPE'))).to.deep.equal([]);
        } finally {
          await sql.close();
          await database.drop();
        }
      });
    }
  });
}

const UNKNOWN_LOCALE = '42809';

/** As Unicode has it for single characters: what of it takes several in JavaScript stays one here. */
const EXPECTED_FOLDING = Array.from({ length: 1423 }, (_, at) => at + 1)
  .filter(n => n !== 127)
  .map(n => (n === 0x130 ? 'i' : String.fromCodePoint(n).toLowerCase()))
  .join('');

const PREPARED_SEARCH = "select name from pg_prepared_statements where name like 'users-search-%'";

/** Rows that the search for parts of names looks at, by the statement that the store has prepared on this connection. */
async function mostRead(sql: Sql, query: string): Promise<number> {
  const values = [query, '\u{10FFFF}', `%${query}%`, crypto.randomUUID()];
  const [prepared] = await sql.query<{ name: string }>('test-search', PREPARED_SEARCH);
  const explain = `explain (analyze, timing off, format json) execute "${prepared?.name}"${argumentsOf(values)}`;
  const [row] = await sql.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`search ${query}`, explain);
  const nodes = nodesOf(row?.['QUERY PLAN'][0]?.Plan as Plan);
  return Math.max(...nodes.filter(node => node['Relation Name'] === 'users').map(rowsRead));
}
