/** What messages cost in PostgreSQL's log from one checkpoint to the next, on the server that a build starts for itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administer, freshDatabase } from '#support/postgres.js';
import { silent } from '#support/silent.js';
import { message } from '#support/world.js';
import type { Figures, Opened, Side } from '../bench-case.js';
import { BODY } from '../load/traffic.js';
import { type Build, buildIn, thisBuild } from './build.js';

/** A twentieth of 500 a second among 4,000 people: pages, and how often each is written between two checkpoints, stand as there. */
const PER_SECOND = 25;
/** What comes in at that rate while one batch is stored. */
const BATCH = 5;
const PEOPLE = 200;
/** With the five who follow each in the circle. */
const FRIENDS = 5;
const SAID = 50;

/** What was said before, in order of time, as it was said in all chats by turns. */
const LOAD = `
with people as (
  insert into users (id, email, username, display_name, password_hash, created_at)
  select gen_random_uuid(), n || '@example.org', 'u' || n, 'U', 'h', now() from generate_series(1, $1::int) n returning id
), numbered as (
  select id, row_number() over () - 1 as n from people
), made as (
  insert into chats (id, type, direct_low, direct_high, created_at, active_at, last_seq, member_count)
  select gen_random_uuid(), 'direct', least(a.id, b.id), greatest(a.id, b.id), now(), now(), $3, 2
  from numbered a cross join generate_series(1, $2) step join numbered b on b.n = (a.n + step) % $1
  returning id, direct_low, direct_high
), belong as (
  insert into members (chat_id, user_id, role, joined_at, read_seq)
  select id, unnest(array[direct_low, direct_high]), 'member', now(), $3 from made
)
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select id, seq, gen_random_uuid(), gen_random_uuid()::text, direct_low, repeat('x', 100), now()
from generate_series(1, $3::bigint) seq, made order by seq`;

const LOGGED = "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as bytes";
const DISTANCE =
  "select extract(epoch from setting::int * interval '1 second')::float8 as s from pg_settings where name = 'checkpoint_timeout'";

interface Pair {
  readonly id: string;
  readonly direct_low: string;
  readonly direct_high: string;
}

/** `folder` is that of an older build. */
export const logBytesSide = (folder?: string): Side => ({
  name: folder === undefined ? 'ours' : 'older build',
  open: async () => weigh(folder === undefined ? thisBuild : await buildIn(folder)),
});

async function weigh({ migrations, migrate, connectPostgres, worldOn, startEmbeddedPostgres }: Build): Promise<Opened> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-log-'));
  const server = await startEmbeddedPostgres({ dataDir, log: silent });
  return {
    async round({ scale }): Promise<Figures> {
      const database = await freshDatabase(server.dsn);
      await migrate(database.dsn, migrations, silent);
      const ask = async <Row>(text: string, values: unknown[] = []) =>
        (await administer<Row>(database.dsn, text, values)) as [Row];
      await ask(LOAD, [PEOPLE, FRIENDS, SAID]);
      await ask('vacuum analyze');
      const pairs: readonly Pair[] = await ask('select id, direct_low, direct_high from chats');
      const [{ s }] = await ask<{ s: number }>(DISTANCE);
      const count = Math.round(PER_SECOND * s * scale);
      const sql = connectPostgres({ dsn: database.dsn, name: 'log-bytes', log: silent });
      try {
        const { messages } = worldOn(sql);
        await ask('checkpoint');
        const [before] = await ask<{ bytes: number }>(LOGGED);
        for (let done = 0; done < count; done += BATCH) {
          const batch = Array.from({ length: BATCH }, () => {
            const { id, direct_low, direct_high } = pairs[Math.floor(Math.random() * pairs.length)] as Pair;
            return message(id, Math.random() < 0.5 ? direct_low : direct_high, undefined, { body: BODY });
          });
          await messages.append(batch);
        }
        const [after] = await ask<{ bytes: number }>(LOGGED);
        return {
          values: { 'WAL bytes/message': (after.bytes - before.bytes) / count, 'minutes between checkpoints': s / 60 },
          cpu: {},
        };
      } finally {
        await sql.close();
        await database.drop();
      }
    },
    async close() {
      await server.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
