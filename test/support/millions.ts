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

/** Messages of the busiest chat up to this one are left as they are. */
const LEFT_ALONE = 200;
/** Of the other chats one in so many has changed. */
const CHANGED_CHATS = 10;

const COLUMNS = 'chat_id, seq, id, client_id, sender_id, body, sent_at, rev, edited_at, deleted_at';
const changedChat = (id: string): string => `hashtext('changed' || ${id}) % ${CHANGED_CHATS} = 0`;

/** What a message is by now, as it is written: to change it afterwards would take longer than all the rest. */
const state = (changed: string, seq: string, deleted: string): string => `
  case when ${changed} and ${deleted} then '' else repeat('x', 40) end, now(),
  case when ${changed} then ${seq} + 1000 else 0 end, case when ${changed} then now() end,
  case when ${changed} and ${deleted} then now() end`;

const SWEEP = `
insert into messages (${COLUMNS})
select c.id, s.seq, gen_random_uuid(), 'm' || s.seq, m.senders[1 + n % 2], ${state(
  `$4 and ${changedChat('c.id')}`,
  's.seq',
  's.seq % 10 = 0',
)}
from (select * from chats where abs(hashtext(id::text) % $1) = 0 and id <> $3 and member_count = 2 order by id) c
  cross join lateral (select array_agg(user_id) as senders from members where chat_id = c.id) m, generate_series(1, $2) n
  cross join lateral (select c.last_seq + n as seq) s`;

const SWEPT = `
update chats set last_seq = last_seq + $2 where abs(hashtext(id::text) % $1) = 0 and id <> $3 and member_count = 2`;

/** Every second message of the busiest chat that has changed is deleted. */
const BUSY = `
insert into messages (${COLUMNS})
select c.id, s.seq, gen_random_uuid(), 'b' || s.seq, m.user_id, ${state(
  `$3 and s.seq > ${LEFT_ALONE}`,
  's.seq',
  's.seq % 2 = 0',
)}
from chats c, generate_series(1, $2) n, lateral (select user_id from members where chat_id = c.id limit 1) m,
  lateral (select c.last_seq + n as seq) s
where c.id = $1`;

const COUNTED = 'update chats set last_seq = last_seq + $2 where id = $1';

/**
 * Adds about so many messages, a tenth of them in chat `busy`, with chats, people and sessions to go with them. `changed`:
 * nearly all of that chat have changed, and a tenth of the others.
 */
export async function fill(dsn: string, rows: number, busy: string, changed = false): Promise<void> {
  const share = Array.from({ length: SWEEPS }, (_, at) => 1 / (at + 1)).reduce((sum, part) => sum + part);
  const chats = Math.ceil((rows * (1 - BUSY_SHARE)) / (EACH * share));
  // Nothing may have been analysed here, either.
  const db = openPool({ connectionString: withPlanner(dsn), max: 1 });
  try {
    await db.none(PEOPLE, [Math.ceil(chats / 8)]);
    await db.none(SESSIONS);
    await db.none(CHATS, [chats]);
    for (let sweep = 1; sweep <= SWEEPS; sweep += 1) {
      await db.none(SWEEP, [sweep, EACH, busy, changed]);
      await db.none(SWEPT, [sweep, EACH, busy]);
      const said = Math.ceil((rows * BUSY_SHARE) / SWEEPS);
      await db.none(BUSY, [busy, said, changed]);
      await db.none(COUNTED, [busy, said]);
    }
  } finally {
    await db.$pool.end();
  }
}

/** Of one message: as many as the members of a full group may have. */
const REACTIONS = 3_000;

const CHANGES = [
  `update chats set last_change = last_seq + 1000 where last_seq > 0 and (id = $1 or ${changedChat('id')})`,
  `insert into deleted_counts (chat_id, sender_id, block, count)
   select chat_id, coalesce(sender_id, '00000000-0000-0000-0000-000000000000'), seq / 1000, count(*)
   from messages where deleted_at is not null group by grouping sets ((chat_id, sender_id, seq / 1000), (chat_id, seq / 1000))
   on conflict (chat_id, sender_id, block) do update set count = excluded.count`,
  `insert into message_versions (chat_id, seq, version, editor_id, client_id, body, at)
   select chat_id, seq, 1, sender_id, 'edit' || seq, case when seq % 4 = 1 then 'edited' end, now() from messages
   where deleted_at is null and rev > 0 on conflict do nothing`,
  `insert into reactions (chat_id, seq, user_id, emoji, at)
   select $1, 6, gen_random_uuid(), (array['❤️', '👍', '😂'])[1 + n % 3], now() from generate_series(1, ${REACTIONS - 10}) n`,
  `insert into reactions (chat_id, seq, user_id, emoji, at)
   select chat_id, seq, sender_id, '👍', now() from messages where deleted_at is null and seq % 3 = 1 on conflict do nothing`,
  `insert into mentions (chat_id, user_id, seq)
   select chat_id, case seq % 3 when 0 then $2 else '00000000-0000-0000-0000-000000000000'::uuid end, seq
   from messages where chat_id = $1 and deleted_at is null and seq % 5 <> 0 on conflict do nothing`,
  `insert into mentions (chat_id, user_id, seq)
   select chat_id, sender_id, seq from messages where chat_id <> $1 and seq % 10 = 1 on conflict do nothing`,
  `insert into pins (chat_id, seq, by, at)
   select chat_id, seq, sender_id, now() from messages where chat_id = $1 and seq % 2 = 1 order by seq desc limit 90
   on conflict do nothing`,
  `insert into pins (chat_id, seq, by, at)
   select chat_id, seq, sender_id, now() from messages where chat_id <> $1 and seq = 1 on conflict do nothing`,
  `insert into hidden (chat_id, user_id, from_seq, to_seq, rev)
   select $1, $2, ${LEFT_ALONE} + 20 * n, ${LEFT_ALONE} + 20 * n + 3, 1 from generate_series(1, 40) n on conflict do nothing`,
  `update members set hidden_to = ${LEFT_ALONE} + 20 * 40 + 3, read_seq = least(read_seq, 50), left_at = null where chat_id = $1 and user_id = $2`,
];

/**
 * What goes with the changes of these messages: versions, reactions, pins, counts. One message of chat `busy` has reactions
 * of a full group, and `somebody` in it is mentioned all over, has read nothing and hides much.
 */
export async function fillChanges(dsn: string, busy: string, somebody: string): Promise<void> {
  const db = openPool({ connectionString: dsn, max: 1 });
  try {
    for (const text of CHANGES) {
      const values = [busy, somebody].slice(0, text.includes('$2') ? 2 : text.includes('$1') ? 1 : 0);
      await db.none(text, values);
    }
  } finally {
    await db.$pool.end();
  }
}
