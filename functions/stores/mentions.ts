/** Whom names mean in a chat, and how many mentions a member has not read, in PostgreSQL. */
import type { Sql } from 'function-runtime';
import { EVERYBODY } from '../domain/mentions.js';
import type { MemberStore } from '../ports/members.js';

const MENTIONABLE = `
select t.n, t.name, u.id as "userId" from unnest($1::bigint[], $2::uuid[], $3::text[]) as t (n, chat_id, name)
  cross join lateral (select id from users where lower(username) = t.name limit 1) u
  cross join lateral (
    select from members where chat_id = t.chat_id and user_id = u.id and left_at is null limit 1) m
where t.name <> 'all'
union all
select t.n, t.name, '${EVERYBODY}' from unnest($1::bigint[], $2::uuid[], $3::text[], $4::uuid[]) as t (n, chat_id, name, sender_id)
  cross join lateral (
    select from members
    where chat_id = t.chat_id and user_id = t.sender_id and left_at is null and role in ('owner', 'admin') limit 1) m
where t.name = 'all'`;

export const mentionableIn =
  (sql: Pick<Sql, 'query'>): MemberStore['mentionable'] =>
  async asked => {
    const found = asked.map(() => new Map<string, string>());
    const names = asked.flatMap(({ chatId, senderId, names }, n) => names.map(name => ({ n, chatId, name, senderId })));
    if (names.length === 0) return found;
    const columns = (['n', 'chatId', 'name', 'senderId'] as const).map(column => names.map(name => name[column]));
    const rows = await sql.query<{ n: number; name: string; userId: string }>('mentionable', MENTIONABLE, columns);
    for (const { n, name, userId } of rows) found[n]?.set(name, userId);
    return found;
  };

/** So many are counted, whoever has more; and so many looked at, the newest: some may be hidden, or one's own to everybody. */
const MOST_COUNTED = 1_000;
const MOST_LOOKED_AT = 1_000;

const NEWEST = `(values (v.user_id), ('${EVERYBODY}'::uuid)) u (id) cross join lateral (
    select n.seq, n.user_id from mentions n where n.chat_id = v.chat_id and n.user_id = u.id and n.seq > v.read_seq
    order by n.seq desc limit ${MOST_LOOKED_AT}) n`;

// Each is looked up (limit): a condition alone could be hashed, for which the whole chat is read.
/** How many mentions member `v` has not read and does not hide. What they say to everybody is none of themselves. */
export const MENTIONS = `(select count(*) from (
    select from ${NEWEST}
    where (n.user_id = v.user_id or coalesce((select m.sender_id <> v.user_id from messages m
        where m.chat_id = v.chat_id and m.seq = n.seq limit 1), true))
      and (v.hidden_to is null or coalesce((select h.from_seq > n.seq from hidden h
        where h.chat_id = v.chat_id and h.user_id = v.user_id and h.to_seq >= n.seq order by h.to_seq limit 1), true))
    limit ${MOST_COUNTED}) unread)`;
