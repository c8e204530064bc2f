/**
 * What clients have missed, in some statements whatever the number of their chats and of their messages; clients that
 * ask at the same time share them, and what several of them have missed is read once. An answer is bounded: in chats,
 * in watermarks and in bytes of messages. What may come to more than that is sized before it is read, and those who
 * have missed so much wait for each other, and nobody for them.
 */
import type { Sql } from 'function-runtime';
import { ANSWER_BYTES, bytesOf, fitting, LONGEST_MESSAGE_BYTES } from '../domain/bytes.js';
import { isId } from '../domain/id.js';
import type { Message } from '../domain/model.js';
import { LIMITS } from '../domain/names.js';
import type { MessageStore, SyncedChat } from '../ports/messages.js';
import { coalesce } from './coalesce.js';
import { inTurn } from './in-turn.js';
import { COLUMNS, ENVELOPE_BYTES, type MessageRow, messageOf } from './rows.js';

// Seqs have no holes, so how many messages a chat has after a cursor, without those that the asker hides from themselves,
// is a subtraction, and each asker's budget is shared out, newest activity first, before any message is read: among the chats that are named, then among the others, so that
// whoever names one chat only gets on in it.
// Written so that the planner finds cursors by their chat, not by their asker, who may have thousands.
// Tables stand in laterals that cannot be merged into a join (limit, offset): each row is looked up, whatever is estimated.
const SYNC_CHATS = `
with mine as (
  select a.n, a.most, a.user_id, c.id, c.last_seq, c.active_at, c.member_count, v.read_seq, v.hidden_to,
    k.seq is not null as named, coalesce(k.seq > c.last_seq, false) as reset,
    case when k.seq <= c.last_seq then k.seq else 0 end as after
  from unnest($1::uuid[], $2::bigint[]) with ordinality as a (user_id, most, n)
    cross join lateral (
      select chat_id, read_seq, hidden_to from members where user_id = a.user_id and left_at is null offset 0) v
    cross join lateral (
      select id, last_seq, active_at, member_count from chats where id = v.chat_id limit 1) c
    left join unnest($3::bigint[], $4::uuid[], $5::bigint[]) as k (n, chat_id, seq)
      on k.chat_id = v.chat_id and k.n - a.n = 0
), counted as (
  select *, last_seq - after - case when hidden_to > after then (
    select sum(h.to_seq - greatest(h.from_seq - 1, after))::bigint from hidden h
    where h.chat_id = id and h.user_id = mine.user_id and h.to_seq > after) else 0 end as missing
  from mine
), ranked as (
  select *, missing > 0 or reset as behind,
    row_number() over (partition by n order by missing > 0 or reset desc, named desc, active_at desc, id desc) <= $7 as listed
  from counted
), wanted as (
  select *, case when listed then least(missing, most) else 0 end as available from ranked
), shared as (
  select *, greatest(least(available, $6 - sum(available) over earlier + available), 0)::bigint as take from wanted
  window earlier as (partition by n order by named desc, active_at desc, id desc rows unbounded preceding)
)
select n, id as "chatId", last_seq as "lastSeq", member_count as "memberCount", read_seq as "readSeq", reset, after,
  missing, take, listed, behind, case when take > 0 and hidden_to > after then (
    select json_agg(json_build_array(h.from_seq, h.to_seq) order by h.to_seq) from (
      select from_seq, to_seq from hidden h
      where h.chat_id = id and h.user_id = shared.user_id and h.to_seq > after order by h.to_seq limit take + 1) h) end as hidden
from shared order by n, named desc, active_at desc, id desc`;

// Members by the primary key: the index of those present could be taken for one of the chats', and be read end to end.
const READ_SEQS = `
select (select json_object_agg(m.user_id, m.read_seq) filter (where m.left_at is null)
  from members m where m.chat_id = t.chat_id) as "readSeqs"
from unnest($1::uuid[]) with ordinality as t (chat_id, n) order by t.n`;

// The length of a text that is stored apart from its row is told without reading it.
const LENGTHS = `
select (select array_agg(octet_length(m.body) order by m.seq) from messages m
  where m.chat_id = s.chat_id and m.seq > s.after and m.seq <= s.upto) as octets
from unnest($1::uuid[], $2::bigint[], $3::bigint[]) with ordinality as s (chat_id, after, upto, n) order by s.n`;

const MESSAGES = `
select m.*, s.n from unnest($1::uuid[], $2::bigint[], $3::bigint[]) with ordinality as s (chat_id, after, upto, n)
cross join lateral (
  select ${COLUMNS} from messages m
  where m.chat_id = s.chat_id and m.seq > s.after and m.seq <= s.upto order by m.seq limit s.upto - s.after) m`;

/** Askers in one statement: each may name thousands of cursors. */
const MOST_ASKERS = 50;
/** So many messages fit whatever is in them. */
const SURE = Math.floor(ANSWER_BYTES / LONGEST_MESSAGE_BYTES);
/** Messages in one statement, of those who miss few; and lengths. */
const MOST_MESSAGES = 1_000;
const MOST_LENGTHS = 10_000;

interface Asker {
  readonly userId: string;
  readonly cursors: Readonly<Record<string, number>>;
  readonly limit: number;
}

interface Range {
  readonly chatId: string;
  readonly after: number;
  readonly upto: number;
  /** What its messages come to, where that was asked. */
  readonly bytes?: number;
}

interface SyncRow {
  /** Whose chat it is: the first asker is 1. */
  n: number;
  chatId: string;
  after: number;
  /** How many messages there are after it, and how many of these there is room for. */
  missing: number;
  take: number;
  /** Stretches after it, first and last, that the asker hides from themselves: those among the messages, and one more. */
  hidden: [number, number][] | null;
  lastSeq: number;
  memberCount: number;
  readSeq: number;
  reset: boolean;
  /** Whether the answer has room for it: those in which something is missing come first. */
  listed: boolean;
  behind: boolean;
}

const countOf = ({ after, upto }: Range): number => upto - after;

/** Where the next messages of a chat are: in ranges without holes, between what is hidden. */
function rangesOf({ chatId, after, take, hidden }: SyncRow): Range[] {
  const ranges: Range[] = [];
  let from = after;
  let left = take;
  for (const [first, last] of [...(hidden ?? []), [Infinity, Infinity]] as const) {
    const count = Math.min(left, first - 1 - from);
    if (count > 0) {
      ranges.push({ chatId, after: from, upto: from + count });
      left -= count;
    }
    from = last;
  }
  return ranges;
}

const keyOf = ({ chatId, after, upto }: Range): string => `${chatId} ${after} ${upto}`;
const columnsOf = (ranges: readonly Range[]): unknown[] =>
  (['chatId', 'after', 'upto'] as const).map(column => ranges.map(range => range[column]));

export function syncFrom(sql: Sql): MessageStore['sync'] {
  const chatsOf = coalesce(
    async (askers: readonly Asker[]) => {
      const cursors = askers.flatMap(({ cursors }, at) =>
        Object.entries(cursors).flatMap(([chatId, seq]) => (isId(chatId) ? [{ n: at + 1, chatId, seq }] : [])),
      );
      const rows = await sql.query<SyncRow>('sync-chats', SYNC_CHATS, [
        askers.map(({ userId }) => userId),
        askers.map(({ limit }) => limit),
        ...(['n', 'chatId', 'seq'] as const).map(column => cursors.map(cursor => cursor[column])),
        LIMITS.syncMessages,
        LIMITS.syncChats,
      ]);
      const chats = askers.map((): SyncRow[] => []);
      for (const row of rows) chats[row.n - 1]?.push(row);
      return chats;
    },
    { most: MOST_ASKERS, weigh: ({ cursors }) => Object.keys(cursors).length, mostWeight: 5_000 },
  );

  const readSeqsOf = coalesce(
    async (chats: readonly SyncRow[]) => {
      const ids = chats.map(({ chatId }) => chatId);
      const rows = await sql.query<{ readSeqs: Record<string, number> | null }>('sync-read-seqs', READ_SEQS, [ids]);
      return rows.map(({ readSeqs }) => readSeqs ?? {});
    },
    { keyOf: ({ chatId }) => chatId, weigh: chat => chat.memberCount, mostWeight: LIMITS.syncReadSeqs },
  );

  const lengthsOf = coalesce(
    async (ranges: readonly Range[]) => {
      const rows = await sql.query<{ octets: number[] | null }>('sync-lengths', LENGTHS, columnsOf(ranges));
      return rows.map(({ octets }) => octets ?? []);
    },
    { keyOf, weigh: countOf, mostWeight: MOST_LENGTHS },
  );

  async function load(ranges: readonly Range[]): Promise<Message[][]> {
    const found = ranges.map((): Message[] => []);
    const rows = await sql.query<MessageRow & { n: number }>('sync-messages', MESSAGES, columnsOf(ranges));
    for (const row of rows) found[row.n - 1]?.push(messageOf(row));
    return found;
  }
  const few = coalesce(load, { keyOf, weigh: countOf, mostWeight: MOST_MESSAGES });
  const many = coalesce(load, { keyOf, weigh: ({ bytes = 0 }) => bytes, mostWeight: ANSWER_BYTES });
  const oneByOne = inTurn();

  /** The messages of each range, as far as there is room in one answer. */
  async function messagesIn(userId: string, ranges: readonly Range[]): Promise<readonly Message[][]> {
    if (ranges.reduce((sum, range) => sum + countOf(range), 0) <= SURE) return Promise.all(ranges.map(few));
    const sized = await Promise.all(ranges.map(lengthsOf));
    const sizes = sized.map(octets => octets.map(length => length + ENVELOPE_BYTES));
    const fit = portions(sizes, fitting(sizes.flat())).map((own, at) => {
      const { chatId, after } = ranges[at] as Range;
      return { chatId, after, upto: after + own.length, bytes: own.reduce((sum, size) => sum + size, 0) };
    });
    const found = await oneByOne(userId, () => Promise.all(fit.map(range => (countOf(range) > 0 ? many(range) : []))));
    return portions(found, fitting(found.flat().map(bytesOf)));
  }

  return async (userId, cursors, limit) => {
    const all = await chatsOf({ userId, cursors, limit });
    const chats = all.filter(({ listed }) => listed);
    const ranges = chats.flatMap(rangesOf);
    const members = chats.map(({ memberCount }) => memberCount);
    const told = chats.slice(0, fitting(members, LIMITS.syncReadSeqs));
    const [messages, readSeqs] = await Promise.all([messagesIn(userId, ranges), Promise.all(told.map(readSeqsOf))]);
    const found = new Map<string, Message[]>(chats.map(({ chatId }) => [chatId, []]));
    for (const [at, { chatId }] of ranges.entries()) found.get(chatId)?.push(...(messages[at] ?? []));
    const own = new Set(all.map(({ chatId }) => chatId));
    return {
      chats: chats.map((chat, at): SyncedChat => {
        const { chatId, lastSeq, missing, reset } = chat;
        const messages = found.get(chatId) ?? [];
        return {
          chatId,
          messages,
          lastSeq,
          readSeqs: { ...upTo(lastSeq, readSeqs[at] ?? {}), [userId]: chat.readSeq },
          more: messages.length < missing,
          ...(reset && { reset: true as const }),
        };
      }),
      unknown: Object.keys(cursors).filter(chatId => !own.has(chatId)),
      ...(all.some(({ behind, listed }) => behind && !listed) && { more: true as const }),
    };
  };
}

/** They were asked for after the chat was: nobody has read further than the chat goes. */
const upTo = (lastSeq: number, readSeqs: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(readSeqs).map(([userId, seq]) => [userId, Math.min(seq, lastSeq)]));

/** The first so many of all of them, each where it was. */
function portions<Item>(lists: readonly (readonly Item[])[], count: number): Item[][] {
  let left = count;
  return lists.map(list => {
    const own = list.slice(0, left);
    left -= own.length;
    return own;
  });
}
