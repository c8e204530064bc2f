/**
 * Statements are planned once a connection, and tables grow while it lives. Whatever was known when a plan was made, of
 * a table that was empty, small or never analysed, it reads as little when there are many rows.
 */
import { expect } from 'chai';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { LOADING } from '../support/loading.js';
import { memoryLog } from '../support/log.js';
import { fill, fillChanges } from '../support/millions.js';
import { administer, freshDatabase } from '../support/postgres.js';
import { keepAwake } from './awake.js';
import { TABLES } from './explain.js';
import { faultsOf } from './faults.js';
import { placeOf, recorded } from './plans.contract.js';

const MIGRATIONS = new URL('../../../functions/migrations/', import.meta.url);

/** People, direct chats of two with a message each, and sessions: so many of each. */
const LOAD = `
with people as (
  insert into users (id, email, username, display_name, password_hash, created_at)
  select gen_random_uuid(), md5(random()::text || n), 'u' || left(md5(random()::text || n), 12), left(md5('d' || n), 9), 'h', now()
  from generate_series(1, $1) n returning id
), numbered as (
  select id, row_number() over () as n from people
), pairs as (
  insert into chats (id, type, direct_low, direct_high, created_at, active_at, last_seq, member_count)
  select gen_random_uuid(), 'direct', a.id, b.id, now(), now(), 1, 2
  from numbered a join numbered b on b.n = 1 + a.n % $1 returning id, direct_low, direct_high
), belong as (
  insert into members (chat_id, user_id, role, joined_at)
  select id, unnest(array[direct_low, direct_high]), 'member', now() from pairs where direct_low <> direct_high
), signed_in as (
  insert into sessions (id, user_id, refresh_digest, created_at, last_used_at, expires_at)
  select gen_random_uuid(), id, md5(id::text), now(), now(), now() + interval '1 day' from numbered returning id
), used as (
  insert into used_refresh_digests select md5('u' || id), id from signed_in
)
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select id, 1, gen_random_uuid(), 'c', direct_low, 'body', now() from pairs`;

/** Each chat goes on a little: as cheap to read as one message, while all of it is on one page. */
const TALK = `
with said as (
  insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
  select chat_id, n, gen_random_uuid(), 'c' || n, sender_id, 'body', now() from messages, generate_series(2, 3) n returning chat_id
)
update chats set last_seq = 3 where id in (select chat_id from said)`;

/** Chats of one message each, more than the others: nobody is in them. */
const BRIEF = `
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select gen_random_uuid(), 1, gen_random_uuid(), md5(n::text), gen_random_uuid(), 'body', now() from generate_series(1, 30000) n`;

/** One group that is busier than all others together. */
const BUSY = `
with said as (
  insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
  select c.id, c.last_seq + n, gen_random_uuid(), 'busy' || n, m.user_id, 'body', now()
  from chats c, generate_series(1, $2) n, lateral (select user_id from members where chat_id = c.id limit 1) m
  where c.id = $1
)
update chats set last_seq = last_seq + $2 where id = $1`;

const GROWN = 6_000;

const HISTORIES = [
  { what: 'analysed while empty', before: 0, analysed: true },
  { what: 'never analysed', before: 0, analysed: false },
  { what: 'analysed with 60 rows', before: 60, analysed: true },
  { what: 'never analysed, with 60 rows', before: 60, analysed: false },
  { what: 'analysed with 25 chats of three messages', before: 25, analysed: true, talk: true },
  { what: 'analysed with 90 chats of three messages', before: 90, analysed: true, talk: true },
  { what: 'analysed with 60 rows, before a busy chat changed nearly whole', before: 60, analysed: true, changed: true },
  { what: 'analysed with 2,000 people and 32,000 chats of a message', before: 2_000, analysed: true },
];

export function growthContract(serverDsn: () => string | undefined): void {
  describe('plans that were made early', function () {
    this.timeout(120_000);
    for (const { what, before, analysed, talk = false, changed = false } of HISTORIES) {
      it(`read as little when the tables have grown: ${what}`, async function () {
        const server = serverDsn();
        if (!server) return this.skip();
        const database = await freshDatabase(server);
        const admin = (text: string, values?: unknown[]) => administer(database.dsn, text, values);
        await migrate(database.dsn, MIGRATIONS, memoryLog());
        // What is analysed, and when, is the story here.
        for (const table of TABLES) await admin(`alter table ${table} set (autovacuum_enabled = off)`);
        const sql = connectPostgres({ dsn: database.dsn, name: 'growth', log: memoryLog(), max: 1, patience: LOADING });
        const doze = keepAwake(sql);
        try {
          if (before > 0) await admin(LOAD, [before]);
          if (before >= 2_000) await admin(BRIEF);
          if (talk) await admin(TALK);
          if (analysed) for (const table of TABLES) await admin(`analyze ${table}`);
          const statements = await recorded(sql);
          const [busy, owner] = placeOf(statements);
          if (changed) {
            await fill(database.dsn, 10 * GROWN, busy, true);
            await fillChanges(database.dsn, busy, owner);
          } else {
            await admin(LOAD, [GROWN]);
            await admin(BUSY, [busy, GROWN]);
          }
          expect(await faultsOf(sql, statements)).to.deep.equal([]);
        } finally {
          doze();
          await sql.close();
          await database.drop();
        }
      });
    }
  });
}
