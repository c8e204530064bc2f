/** Sessions in PostgreSQL. The row of a session is the lock under which its refresh token is exchanged. */
import type { Sql } from '../../runtime/contract/ports.js';
import type { SessionStore } from '../ports/sessions.js';
import { gathered } from './gathered.js';

// The user's sessions that are past their end go when a new one comes, and their used digests with them.
const CREATE = `
with ended as (delete from sessions where user_id = $2 and expires_at <= $5)
insert into sessions (id, user_id, device, refresh_digest, created_at, last_used_at, expires_at)
values ($1, $2, $3, $4, $5, $5, $6)`;

const ROTATE = `
with rotated as (
  update sessions set refresh_digest = $2, last_used_at = $3, expires_at = $4
  where refresh_digest = $1 and revoked_at is null and expires_at > $3
  returning id, user_id
), remembered as (
  insert into used_refresh_digests (digest, session_id) select $1, id from rotated
)
select id as "sessionId", user_id as "userId" from rotated`;

const REVOKE_REUSED = `
update sessions set revoked_at = $2
where id = (select session_id from used_refresh_digests where digest = $1) and revoked_at is null and expires_at > $2
returning id as "sessionId", user_id as "userId"`;

const ACTIVE = `
select exists (select from sessions
  where id = t.id and user_id = t.user_id and revoked_at is null and expires_at > t.now) as active
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) with ordinality as t (id, user_id, now, n)
order by t.n`;

const LIST = `
select id, device, created_at as "createdAt", last_used_at as "lastUsedAt" from sessions
where user_id = $1 and revoked_at is null and expires_at > $2
order by last_used_at desc, id desc`;

const REVOKE = `
update sessions set revoked_at = $3
where id = $1 and user_id = $2 and revoked_at is null and expires_at > $3
returning id`;

interface Owner {
  sessionId: string;
  userId: string;
}

export function sessionStore(sql: Sql): SessionStore {
  const active = gathered(async (uses: readonly (readonly [sessionId: string, userId: string, now: string])[]) => {
    const columns = ([0, 1, 2] as const).map(column => uses.map(use => use[column]));
    const rows = await sql.query<{ active: boolean }>('sessions-active', ACTIVE, columns);
    return rows.map(row => row.active);
  });

  return {
    async create(session) {
      const { id, userId, device, refreshDigest, createdAt, expiresAt } = session;
      await sql.query('sessions-create', CREATE, [id, userId, device, refreshDigest, createdAt, expiresAt]);
    },

    async rotate({ digest, nextDigest, now, expiresAt }) {
      const [rotated] = await sql.query<Owner>('sessions-rotate', ROTATE, [digest, nextDigest, now, expiresAt]);
      if (rotated) return { result: 'rotated', ...rotated };
      // A statement of its own: it sees what a call that came first has just committed.
      const [reused] = await sql.query<Owner>('sessions-revoke-reused', REVOKE_REUSED, [digest, now]);
      return reused ? { result: 'reused', ...reused } : { result: 'unknown' };
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

    async revoke(sessionId, userId, now) {
      return (await sql.query('sessions-revoke', REVOKE, [sessionId, userId, now])).length > 0;
    },
  };
}
