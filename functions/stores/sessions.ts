/** Sessions in PostgreSQL. The row of a session is the lock under which its refresh tokens are exchanged. */
import type { Sql } from 'function-runtime';
import type { SessionStore } from '../ports/sessions.js';
import { coalesce } from './coalesce.js';

// The user's sessions that are past their end go when a new one comes, and their used digests with them.
const CREATE = `
with ended as (delete from sessions where user_id = $2 and expires_at <= $5)
insert into sessions (id, user_id, device, refresh_digest, created_at, last_used_at, expires_at, network)
values ($1, $2, $3, $4, $5, $5, $6, $7)`;

const OF_TOKEN = `
select session_id as id from live_refresh_digests where digest = $1
union all select session_id from used_refresh_digests where digest = $1
union all select id from sessions where refresh_digest = $1
limit 1`;

// Whatever happens to a session's refresh tokens happens under the lock of its row, which is taken first.
const LOCK = `
select id as "sessionId", user_id as "userId", revoked_at is not null or expires_at <= $3 as ended,
  exists (select from used_refresh_digests where digest = $2) as spent
from sessions where id = $1
for no key update`;

/** Refresh tokens of one session that were given and not used, the newest of them; of answers that were lost, mostly. */
const MOST_UNUSED = 32;

/** Used ones of a session that are known again: those of 30 days, as long as a token is good, at one in 15 minutes. */
const MOST_USED = 3_000;

// A statement of its own after LOCK: it sees what those who held the lock before have committed. No row: the token is spent.
const EXCHANGE = `
with exchanged as (
  update sessions set refresh_digest = $2, last_used_at = $3, expires_at = $4, network = coalesce($6::text, network)
  where id = $5 and not exists (select from used_refresh_digests where digest = $1)
  returning id
), held as (
  select * from live_refresh_digests where session_id = $5
), shown as (
  insert into live_refresh_digests (digest, session_id, given_at) select $1, id, $3 from exchanged
  on conflict (digest) do nothing
), given as (
  insert into live_refresh_digests (digest, session_id, previous, given_at) select $2, id, $1, $3 from exchanged
), retired as (
  delete from live_refresh_digests using exchanged
  where digest = (select previous from held where digest = $1)
  returning digest, session_id
), newest as (
  select coalesce(max(n), 0) as n from used_refresh_digests where session_id = $5
), spent as (
  insert into used_refresh_digests (digest, session_id, n)
  select retired.digest, retired.session_id, newest.n + 1 from retired, newest
  on conflict do nothing
), forgotten as (
  delete from used_refresh_digests using retired, newest
  where used_refresh_digests.session_id = $5 and used_refresh_digests.n <= newest.n + 1 - ${MOST_USED}
), dropped as (
  delete from live_refresh_digests using exchanged where digest = any (array(
    select digest from held
    where digest <> $1 and digest not in (select previous from held where previous is not null)
    order by given_at desc, digest offset ${MOST_UNUSED - 1}))
)
select id from exchanged`;

const REVOKE_STOLEN = 'update sessions set revoked_at = $2 where id = $1';

const ACTIVE = `
select exists (select from sessions
  where id = t.id and user_id = t.user_id and revoked_at is null and expires_at > t.now) as active
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) with ordinality as t (id, user_id, now, n)
order by t.n`;

const LIST = `
select id, device, created_at as "createdAt", last_used_at as "lastUsedAt" from sessions
where user_id = $1 and revoked_at is null and expires_at > $2
order by last_used_at desc, id desc`;

const KNOWN_IN = 'select exists (select from sessions where user_id = $1 and network = $2) as known';

const KNOWN_ON = `
select exists (select from sessions where id = (${OF_TOKEN}) and user_id = $2) as known`;

const REVOKE = `
with revoked as (
  update sessions set revoked_at = $3 where id = $1 and user_id = $2 and revoked_at is null
)
select from sessions where id = $1 and user_id = $2`;

interface Locked {
  sessionId: string;
  userId: string;
  ended: boolean;
  /** A successor of the token that was shown has been used. */
  spent: boolean;
}

export function sessionStore(sql: Sql): SessionStore {
  const active = coalesce(async (uses: readonly (readonly [sessionId: string, userId: string, now: string])[]) => {
    const columns = ([0, 1, 2] as const).map(column => uses.map(use => use[column]));
    const rows = await sql.query<{ active: boolean }>('sessions-active', ACTIVE, columns);
    return rows.map(row => row.active);
  });

  return {
    async create(session) {
      const { id, userId, device, refreshDigest, createdAt, expiresAt, network } = session;
      await sql.query('sessions-create', CREATE, [id, userId, device, refreshDigest, createdAt, expiresAt, network]);
    },

    async rotate({ digest, nextDigest, now, expiresAt, network }) {
      // Outside of the transaction, so that junk costs no more than a look.
      const [found] = await sql.query<{ id: string }>('sessions-of-token', OF_TOKEN, [digest]);
      if (!found) return { result: 'unknown' };
      return sql.transaction(async tx => {
        const [session] = await tx.query<Locked>('sessions-lock', LOCK, [found.id, digest, now]);
        if (!session || (session.ended && !session.spent)) return { result: 'unknown' };
        const { sessionId, userId, ended } = session;
        if (ended) return { result: 'reused', sessionId, userId };
        const values = [digest, nextDigest, now, expiresAt, sessionId, network];
        const exchanged = await tx.query('sessions-exchange', EXCHANGE, values);
        if (exchanged.length > 0) return { result: 'rotated', sessionId, userId };
        await tx.query('sessions-revoke-stolen', REVOKE_STOLEN, [sessionId, now]);
        return { result: 'reused', sessionId, userId };
      });
    },

    active: (sessionId, userId, now) => active([sessionId, userId, now]),

    async list(userId, now) {
      const rows = await sql.query<{ id: string; device: string | null; createdAt: Date; lastUsedAt: Date }>(
        'sessions-list',
        LIST,
        [userId, now],
      );
      return rows.map(row => ({
        id: row.id,
        device: row.device,
        createdAt: row.createdAt.toISOString(),
        lastUsedAt: row.lastUsedAt.toISOString(),
      }));
    },

    async knownIn(userId, network) {
      const [row] = await sql.query<{ known: boolean }>('sessions-known-in', KNOWN_IN, [userId, network]);
      return row?.known === true;
    },

    async knownOn(userId, digest) {
      const [row] = await sql.query<{ known: boolean }>('sessions-known-on', KNOWN_ON, [digest, userId]);
      return row?.known === true;
    },

    async revoke(sessionId, userId, now) {
      return (await sql.query('sessions-revoke', REVOKE, [sessionId, userId, now])).length > 0;
    },
  };
}
