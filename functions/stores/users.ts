/**
 * People in PostgreSQL. Names and addresses compare by lower(), and search goes by index whatever the length of what
 * is searched for: by its beginning, and from three characters on by any part (trigrams).
 */

import type { Sql } from 'function-runtime';
import { Failure } from 'function-runtime';
import type { Person, Profile } from '../domain/model.js';
import type { UserStore } from '../ports/users.js';
import { coalesce } from './coalesce.js';

interface ProfileRow {
  id: string;
  email: string;
  username: string;
  displayName: string;
  createdAt: Date;
}

const PROFILE = `id, email, username, display_name as "displayName", created_at as "createdAt"`;

const CREATE = `
insert into users (id, email, username, display_name, password_hash, created_at)
values ($1, $2, $3, $4, $5, $6)
returning ${PROFILE}`;

/** Which is nobody's name but this product's: advisory locks are one for all of a database. */
const FIRST_LOCK = `select pg_advisory_xact_lock(hashtextextended('minitelegram: first account', 0))`;

// The condition is true of every id: it leads to the key, of which the first entry decides.
const EMPTY = `
select not exists (select from users where id >= '00000000-0000-0000-0000-000000000000') as empty`;

const REHASH = 'update users set password_hash = $3 where id = $1 and password_hash = $2';

const CREDENTIALS = `
select ${PROFILE}, password_hash as "passwordHash" from users where lower(email) = lower($1::text)`;

const PROFILE_OF = `select ${PROFILE} from users where id = $1`;

const UPDATE = `
update users set username = coalesce($2::text, username), display_name = coalesce($3::text, display_name)
where id = $1
returning ${PROFILE}`;

// Candidates are bounded before they are ranked, so that a common syllable among millions costs no more than a rare one.
const SEARCH = `
with parts as materialized (
  select id, username, display_name from users
  where char_length($1) >= 3 and (lower(username) like lower($3) or lower(display_name) like lower($3))
), candidates as (
  (select id, username, display_name from users
   where lower(username) ~>=~ lower($1) and lower(username) ~<~ (lower($1) || $2)
   order by lower(username) using ~<~ limit 50)
  union
  (select id, username, display_name from users
   where lower(display_name) ~>=~ lower($1) and lower(display_name) ~<~ (lower($1) || $2)
   order by lower(display_name) using ~<~ limit 50)
  union
  (select * from parts limit 100)
)
select id, username, display_name as "displayName" from candidates
where id <> $4
order by lower(username) = lower($1) desc, starts_with(lower(username), lower($1)) desc,
  starts_with(lower(display_name), lower($1)) desc, char_length(username), lower(username)
limit 20`;

/** No text begins with this, so that everything that begins with X lies between X and X followed by this. */
const BEYOND = '\u{10FFFF}';

// For each of the people, by index: their chats until one is found that the asker is in.
const NAMED = `
select u.id, u.username, u.display_name as "displayName"
from unnest($2::uuid[]) as o (id) cross join lateral (
  select from members theirs join members mine on mine.chat_id = theirs.chat_id
  where theirs.user_id = o.id and theirs.left_at is null and mine.user_id = $1 and mine.left_at is null limit 1) shared
cross join lateral (select id, username, display_name from users where id = o.id limit 1) u`;

const EXISTING = `select id from users where id = any($1::uuid[])`;

const LAST_SEEN = `
select id, last_seen_at as "lastSeenAt" from users where id = any($1::uuid[]) and last_seen_at is not null`;

/** Locked in order of their ids: two that tell of the same people never wait in a circle. */
const SET_LAST_SEEN = `
with seen as (
  select user_id, max(at) as at from unnest($1::uuid[], $2::timestamptz[]) as t (user_id, at)
  group by user_id order by user_id
), moving as materialized (
  select u.id, s.at from seen s cross join lateral (
    select id from users where id = s.user_id and (last_seen_at is null or last_seen_at < s.at) for no key update) u
)
update users u set last_seen_at = m.at from moving m
where u.id = m.id and u.id = any (array(select id from moving)) and (u.last_seen_at is null or u.last_seen_at < m.at)`;

const profileOf = (row: ProfileRow): Profile => ({
  id: row.id,
  email: row.email,
  username: row.username,
  displayName: row.displayName,
  createdAt: row.createdAt.toISOString(),
});

const TAKEN: Readonly<Record<string, { path: string; message: string }>> = {
  users_email: { path: '/email', message: 'this e-mail address is taken' },
  users_username: { path: '/username', message: 'this user name is taken' },
};

/** A violated index is the database's name for it; callers know the field. */
async function naming<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const taken = error instanceof Failure && error.code === 'conflict' ? TAKEN[error.message] : undefined;
    throw taken ? new Failure('conflict', taken.message, { errors: [taken], cause: error }) : error;
  }
}

type Queries = Pick<Sql, 'query'>;

async function create(sql: Queries, user: Parameters<UserStore['create']>[0]): Promise<Profile> {
  const values = [user.id, user.email, user.username, user.displayName, user.passwordHash, user.createdAt];
  const [row] = await naming(sql.query<ProfileRow>('users-create', CREATE, values));
  return profileOf(row as ProfileRow);
}

async function isEmpty(sql: Queries): Promise<boolean> {
  const [row] = await sql.query<{ empty: boolean }>('users-empty', EMPTY);
  return row?.empty === true;
}

export function userStore(sql: Sql): UserStore {
  const setLastSeen = coalesce(async (seen: readonly (readonly [userId: string, at: string])[]) => {
    await sql.query('users-set-last-seen', SET_LAST_SEEN, [seen.map(([id]) => id), seen.map(([, at]) => at)]);
    return seen.map(() => undefined);
  });

  return {
    create: user => create(sql, user),

    createFirst: user =>
      sql.transaction(async tx => {
        await tx.query('users-first-lock', FIRST_LOCK);
        // A statement of its own after the lock: it sees who was first.
        return (await isEmpty(tx)) ? create(tx, user) : undefined;
      }),

    isEmpty: () => isEmpty(sql),

    async rehash(userId, from, to) {
      await sql.query('users-rehash', REHASH, [userId, from, to]);
    },

    async credentials(email) {
      const [row] = await sql.query<ProfileRow & { passwordHash: string }>('users-credentials', CREDENTIALS, [email]);
      return row && { profile: profileOf(row), passwordHash: row.passwordHash };
    },

    async profile(userId) {
      const [row] = await sql.query<ProfileRow>('users-profile', PROFILE_OF, [userId]);
      return row && profileOf(row);
    },

    async update(userId, change) {
      const values = [userId, change.username ?? null, change.displayName ?? null];
      const [row] = await naming(sql.query<ProfileRow>('users-update', UPDATE, values));
      return row && profileOf(row);
    },

    async search(query, askerId) {
      const part = `%${query.replace(/[\\%_]/g, '\\$&')}%`;
      return sql.query<Person>('users-search', SEARCH, [query, BEYOND, part, askerId]);
    },

    async named(askerId, userIds) {
      if (userIds.length === 0) return [];
      return sql.query<Person>('users-named', NAMED, [askerId, userIds]);
    },

    async existing(userIds) {
      if (userIds.length === 0) return [];
      const rows = await sql.query<{ id: string }>('users-existing', EXISTING, [userIds]);
      return rows.map(row => row.id);
    },

    async lastSeen(userIds) {
      if (userIds.length === 0) return new Map();
      const rows = await sql.query<{ id: string; lastSeenAt: Date }>('users-last-seen', LAST_SEEN, [userIds]);
      return new Map(rows.map(row => [row.id, row.lastSeenAt.toISOString()]));
    },

    setLastSeen: (userId, at) => setLastSeen([userId, at]),
  };
}
