/** Fills a database as years of use would: most chats are small, some are long, and what they say is interleaved. */
import { withPlanner } from '#runtime/drivers/postgres/planner.js';
import { openPool } from '#runtime/drivers/postgres/pool.js';

/** Messages are written in so many sweeps through the chats, so that those of one chat do not lie side by side. */
const SWEEPS = 10;
/** Sweep k writes to every k-th chat only: this many messages, so that chats have from 8 to 80. */
const EACH = 8;
/** Of all messages, in the one chat that is busier than any other. */
const BUSY_SHARE = 0.1;

const PEOPLE = `
insert into users (id, email, username, display_name, password_hash, created_at)
select gen_random_uuid(), md5(random()::text || n), 'u' || left(md5(random()::text || n), 12), left(md5('d' || n), 9), 'h', now()
from generate_series(1, $1) n`;

/** Everybody is signed in on a device, and its refresh token was exchanged once. */
const SESSIONS = `
with signed_in as (
  insert into sessions (id, user_id, refresh_digest, created_at, last_used_at, expires_at, network)
  select gen_random_uuid(), u.id, md5(u.id::text), now(), now(), now() + interval '1 day', md5('n' || u.id)
  from users u where not exists (select from sessions s where s.user_id = u.id) returning id
), used as (
  insert into used_refresh_digests select md5('u' || id), id from signed_in
)
insert into live_refresh_digests select md5('l' || id), id, md5('u' || id), now() from signed_in`;

/** Each of two people, whoever they are. */
const CHATS = `
with numbered as materialized (
  select id, row_number() over () - 1 as n from users
), pairs as (
  insert into chats (id, type, created_at, active_at, member_count)
  select gen_random_uuid(), 'group', now(), now() - n * interval '1 second', 2 from generate_series(1, $1) n returning id
), dealt as (
  select id, row_number() over () as n from pairs
)
insert into members (chat_id, user_id, role, joined_at)
select d.id, p.id, 'member', now() from dealt d
  cross join lateral (values (d.n), (d.n + 1 + d.n / (select count(*) from numbered))) as two (at)
  join numbered p on p.n = two.at % (select count(*) from numbered)`;

const SWEEP = `
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select c.id, c.last_seq + n, gen_random_uuid(), 'm' || c.last_seq + n, m.senders[1 + n % 2], repeat('x', 40), now()
from (select * from chats where abs(hashtext(id::text) % $1) = 0 and id <> $3 and member_count = 2 order by id) c
  cross join lateral (select array_agg(user_id) as senders from members where chat_id = c.id) m, generate_series(1, $2) n`;

const SWEPT = `
update chats set last_seq = last_seq + $2 where abs(hashtext(id::text) % $1) = 0 and id <> $3 and member_count = 2`;

const BUSY = `
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select c.id, c.last_seq + n, gen_random_uuid(), 'b' || c.last_seq + n, m.user_id, repeat('x', 40), now()
from chats c, generate_series(1, $2) n, lateral (select user_id from members where chat_id = c.id limit 1) m
where c.id = $1`;

const COUNTED = 'update chats set last_seq = last_seq + $2 where id = $1';

/** Adds about so many messages, a tenth of them in chat `busy`, with chats, people and sessions to go with them. */
export async function fill(dsn: string, rows: number, busy: string): Promise<void> {
  const share = Array.from({ length: SWEEPS }, (_, at) => 1 / (at + 1)).reduce((sum, part) => sum + part);
  const chats = Math.ceil((rows * (1 - BUSY_SHARE)) / (EACH * share));
  // Nothing may have been analysed here, either.
  const db = openPool({ connectionString: withPlanner(dsn), max: 1 });
  try {
    await db.none(PEOPLE, [Math.ceil(chats / 8)]);
    await db.none(SESSIONS);
    await db.none(CHATS, [chats]);
    for (let sweep = 1; sweep <= SWEEPS; sweep += 1) {
      await db.none(SWEEP, [sweep, EACH, busy]);
      await db.none(SWEPT, [sweep, EACH, busy]);
      const said = Math.ceil((rows * BUSY_SHARE) / SWEEPS);
      await db.none(BUSY, [busy, said]);
      await db.none(COUNTED, [busy, said]);
    }
  } finally {
    await db.$pool.end();
  }
}
