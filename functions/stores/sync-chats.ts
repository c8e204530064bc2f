/** What of which chats a client has missed, as numbers; and how far the members of these have read. */
import type { Sql } from 'function-runtime';
import { isId } from '../domain/id.js';
import { LIMITS } from '../domain/names.js';
import type { Asked } from '../domain/sync-page.js';
import type { Held } from '../ports/messages.js';
import { coalesce } from './coalesce.js';

// Numbers have no holes, so how many messages a chat has after a cursor, without those that the asker hides from themselves,
// is a subtraction, and so is how many of those that they hold may have changed. Each asker's budget is shared out, newest
// activity first, before any message is read: among the chats that are named, then among the others, so that whoever names
// one chat only gets on in it.
// Written so that the planner finds cursors by their chat, not by their asker, who may have thousands.
// Tables stand in laterals that cannot be merged into a join (limit, offset): each row is looked up, whatever is estimated.
const SYNC_CHATS = `
with mine as (
  select a.n, a.most, a.user_id, c.id, c.last_seq, c.active_at, c.member_count, v.read_seq, v.hidden_to,
    c.first_seq, c.last_change, k.seq is not null as named, k.change, r.reset,
    greatest(c.first_seq - 1, case when not r.reset then k.seq end) as after,
    case when k.change is null then c.last_change when r.reset then 0 else k.change end as since
  from unnest($1::uuid[], $2::bigint[]) with ordinality as a (user_id, most, n)
    cross join lateral (
      select chat_id, read_seq, hidden_to from members where user_id = a.user_id and left_at is null offset 0) v
    cross join lateral (
      select id, first_seq, last_seq, last_change, active_at, member_count from chats where id = v.chat_id limit 1) c
    left join unnest($3::bigint[], $4::uuid[], $5::bigint[], $6::bigint[]) as k (n, chat_id, seq, change)
      on k.chat_id = v.chat_id and k.n - a.n = 0
    cross join lateral (select coalesce(k.seq > c.last_seq or k.change > c.last_change, false) as reset) r
), counted as (
  select *, least(last_change - since, after + 1 - first_seq) as outdated,
    last_seq - after - case when hidden_to > after then (
      select sum(h.to_seq - greatest(h.from_seq - 1, after))::bigint from hidden h
      where h.chat_id = id and h.user_id = mine.user_id and h.to_seq > after) else 0 end as missing
  from mine
), judged as (
  select *, missing > 0 or last_change > since or reset as behind from counted
), ranked as (
  select *, row_number() over (
    partition by n order by behind desc, named desc, active_at desc, id desc) <= $8 as listed
  from judged
), wanted as (
  select *, case when listed then least(missing + outdated, most) else 0 end as available from ranked
), shared as (
  select *, greatest(least(available, $7 - sum(available) over earlier + available), 0)::bigint as room from wanted
  window earlier as (partition by n order by named desc, active_at desc, id desc rows unbounded preceding)
)
select n, id as "chatId", first_seq as "firstSeq", last_seq as "lastSeq", last_change as "lastChange", since, outdated,
  member_count as "memberCount", read_seq as "readSeq", reset, after, missing, room, listed, behind,
  hidden_to as "hiddenTo", case when least(room, missing) > 0 and hidden_to > after then (
    select json_agg(json_build_array(h.from_seq, h.to_seq) order by h.to_seq) from (
      select from_seq, to_seq from hidden h
      where h.chat_id = id and h.user_id = shared.user_id and h.to_seq > after order by h.to_seq limit room + 1) h) end as hidden
from shared order by n, named desc, active_at desc, id desc`;

// Members by the primary key: the index of those present could be taken for one of the chats', and be read end to end.
const READ_SEQS = `
select (select json_object_agg(m.user_id, m.read_seq) filter (where m.left_at is null)
  from members m where m.chat_id = t.chat_id) as "readSeqs"
from unnest($1::uuid[]) with ordinality as t (chat_id, n) order by t.n`;

const STILL_IN = `
select t.n from unnest($1::uuid[], $2::uuid[]) with ordinality as t (chat_id, user_id, n) cross join lateral (
  select from members m where m.chat_id = t.chat_id and m.user_id = t.user_id and m.left_at is null limit 1) m`;

/** Askers in one statement: each may name thousands of cursors. */
const MOST_ASKERS = 50;

interface Asker {
  readonly userId: string;
  readonly cursors: Readonly<Record<string, Held>>;
  readonly limit: number;
}

/** `missing` and `room` leave out what the asker hides from themselves. */
export interface SyncRow extends Asked {
  /** Whose chat it is: the first asker is 1. */
  n: number;
  chatId: string;
  /** Of the messages that are held so many have changed at most. */
  outdated: number;
  /** Stretches after it, first and last, that the asker hides from themselves: those among the messages, and one more. */
  hidden: [number, number][] | null;
  /** The last one that they hide from themselves. */
  hiddenTo: number | null;
  firstSeq: number;
  lastSeq: number;
  lastChange: number;
  /** Changes up to this one are applied. */
  since: number;
  memberCount: number;
  readSeq: number;
  reset: boolean;
  /** Whether the answer has room for it: those in which something is missing come first. */
  listed: boolean;
  behind: boolean;
}

export const syncedChats = (sql: Sql) =>
  coalesce(
    async (askers: readonly Asker[]) => {
      const cursors = askers.flatMap(({ cursors }, at) =>
        Object.entries(cursors).flatMap(([chatId, held]) => {
          const { seq, change = null } = typeof held === 'number' ? { seq: held } : held;
          return isId(chatId) ? [{ n: at + 1, chatId, seq, change }] : [];
        }),
      );
      const rows = await sql.query<SyncRow>('sync-chats', SYNC_CHATS, [
        askers.map(({ userId }) => userId),
        askers.map(({ limit }) => limit),
        ...(['n', 'chatId', 'seq', 'change'] as const).map(column => cursors.map(cursor => cursor[column])),
        LIMITS.syncMessages,
        LIMITS.syncChats,
      ]);
      const chats = askers.map((): SyncRow[] => []);
      for (const row of rows) chats[row.n - 1]?.push(row);
      return chats;
    },
    { most: MOST_ASKERS, weigh: ({ cursors }) => Object.keys(cursors).length, mostWeight: 5_000 },
  );

/** By member. Nobody has read further than the chat goes, which was asked before. */
export function readSeqsOf(sql: Sql): (chat: SyncRow) => Promise<Readonly<Record<string, number>>> {
  const ask = coalesce(
    async (chats: readonly SyncRow[]) => {
      const ids = chats.map(({ chatId }) => chatId);
      const rows = await sql.query<{ readSeqs: Record<string, number> | null }>('sync-read-seqs', READ_SEQS, [ids]);
      return rows.map(({ readSeqs }) => readSeqs ?? {});
    },
    { keyOf: ({ chatId }) => chatId, weigh: chat => chat.memberCount, mostWeight: LIMITS.syncReadSeqs },
  );
  return async chat =>
    Object.fromEntries(Object.entries(await ask(chat)).map(([userId, seq]) => [userId, Math.min(seq, chat.lastSeq)]));
}

/** Whether the user is in the chat by now. */
export const stillIn = (sql: Sql) =>
  coalesce(
    async (members: readonly { readonly chatId: string; readonly userId: string }[]) => {
      const columns = [members.map(({ chatId }) => chatId), members.map(({ userId }) => userId)];
      const found = new Set((await sql.query<{ n: number }>('sync-still-in', STILL_IN, columns)).map(({ n }) => n));
      return members.map((_, at) => found.has(at + 1));
    },
    { most: 1_000 },
  );
