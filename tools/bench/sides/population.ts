/** People with a session each, and chats of theirs, put straight into the database: signing up costs a hash a person. */
import { randomUUID } from 'node:crypto';
import type { Deployment } from '#support/deployment.js';
import { expiring, open, resign } from '#support/forgery.js';
import { signUp } from '#support/people.js';
import type { Services } from '#support/services.js';

export interface Person {
  readonly id: string;
  /** Good for an hour. */
  readonly token: string;
}

const PEOPLE = `
insert into users (id, email, username, display_name, password_hash, created_at)
select id, id || '@example.org', 'u' || replace(id::text, '-', ''), 'somebody', 'none', now() from unnest($1::uuid[]) as t (id)`;

const SESSIONS = `
insert into sessions (id, user_id, refresh_digest, created_at, last_used_at, expires_at)
select id, user_id, id::text, now(), now(), now() + interval '1 day' from unnest($1::uuid[], $2::uuid[]) as t (id, user_id)`;

export async function people(
  { services, gateways, signingKey }: Deployment,
  count: number,
): Promise<readonly Person[]> {
  // Whatever else a token says, it says as the system itself would.
  const { accessToken } = await signUp(gateways[0], 'model');
  const model = open(expiring(accessToken, signingKey, 3_600));
  const ids = Array.from({ length: count }, () => ({ id: randomUUID(), session: randomUUID() }));
  await services!.query(PEOPLE, [ids.map(({ id }) => id)]);
  await services!.query(SESSIONS, [ids.map(({ session }) => session), ids.map(({ id }) => id)]);
  return ids.map(({ id, session }) => ({
    id,
    token: resign(accessToken, signingKey, { ...model.claims, sub: id, sid: session }),
  }));
}

const CHATS = `
insert into chats (id, type, title, direct_low, direct_high, created_at, member_count, active_at)
select id, type, case type when 'group' then 'a group' end, low, high, now(), size, now()
from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::int[]) as t (id, type, low, high, size)`;

const MEMBERS = `
insert into members (chat_id, user_id, role, joined_at)
select chat_id, user_id, role, now() from unnest($1::uuid[], $2::uuid[], $3::text[]) as t (chat_id, user_id, role)`;

/** One chat for each list of members, two of them a direct one; answers their ids. */
export async function chats(services: Services, memberships: readonly (readonly Person[])[]): Promise<string[]> {
  const made = memberships.map(members => {
    const sorted = members.map(({ id }) => id).toSorted();
    const direct = members.length === 2;
    return { id: randomUUID(), members, direct, low: direct ? sorted[0] : null, high: direct ? sorted[1] : null };
  });
  await services.query(CHATS, [
    made.map(({ id }) => id),
    made.map(({ direct }) => (direct ? 'direct' : 'group')),
    made.map(({ low }) => low),
    made.map(({ high }) => high),
    made.map(({ members }) => members.length),
  ]);
  const rows = made.flatMap(({ id, members, direct }) =>
    members.map((person, at) => ({ id, person, role: at === 0 && !direct ? 'owner' : 'member' })),
  );
  await services.query(MEMBERS, [
    rows.map(({ id }) => id),
    rows.map(({ person }) => person.id),
    rows.map(({ role }) => role),
  ]);
  return made.map(({ id }) => id);
}
