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
import type { Held, MessageStore, SyncedChat } from '../ports/messages.js';
import { coalesce } from './coalesce.js';
import { inTurn } from './in-turn.js';
import { withMine } from './mine.js';
import { COLUMNS, ENVELOPE_BYTES, type MessageRow, messageOf, OCTETS } from './rows.js';

/** Changed messages of a chat, whether the asker holds them or not. More than one answer has. */
const MOST_LOOKED_AT = 2_000;

// Numbers have no holes, so how many messages a chat has after a cursor, without those that the asker hides from themselves,
// is a subtraction, and so is how many of those that they hold may have changed. Each asker's budget is shared out, newest
// activity first, before any message is read: among the chats that are named, then among the others, so that whoever names
// one chat only gets on in it.
// Written so that the planner finds cursors by their chat, not by their asker, who may have thousands.
// Tables stand in laterals that cannot be merged into a join (limit, offset): each row is looked up, whatever is estimated.
const SYNC_CHATS = `
with mine as (
  select a.n, a.most, a.user_id, c.id, c.last_seq, c.active_at, c.member_count, v.read_seq, v.hidden_to,
    c.first_seq, c.last_change, k.seq is not null as named,
    coalesce(k.seq > c.last_seq or k.change > c.last_change, false) as reset,
    greatest(c.first_seq - 1, case when k.seq <= c.last_seq and coalesce(k.change <= c.last_change, true) then k.seq end) as after,
    case when k.seq between 1 and c.last_seq and k.change <= c.last_change then k.change else c.last_change end as since
  from unnest($1::uuid[], $2::bigint[]) with ordinality as a (user_id, most, n)
    cross join lateral (
      select chat_id, read_seq, hidden_to from members where user_id = a.user_id and left_at is null offset 0) v
    cross join lateral (
      select id, first_seq, last_seq, last_change, active_at, member_count from chats where id = v.chat_id limit 1) c
    left join unnest($3::bigint[], $4::uuid[], $5::bigint[], $6::bigint[]) as k (n, chat_id, seq, change)
      on k.chat_id = v.chat_id and k.n - a.n = 0
), counted as (
  select *, last_change - since as changes, last_seq - after - case when hidden_to > after then (
    select sum(h.to_seq - greatest(h.from_seq - 1, after))::bigint from hidden h
    where h.chat_id = id and h.user_id = mine.user_id and h.to_seq > after) else 0 end as missing
  from mine
), ranked as (
  select *, missing + changes > 0 or reset as behind, row_number() over (
    partition by n order by missing + changes > 0 or reset desc, named desc, active_at desc, id desc) <= $8 as listed
  from counted
), wanted as (
  select *, case when listed then least(missing + changes, most) else 0 end as available from ranked
), shared as (
  select *, greatest(least(available, $7 - sum(available) over earlier + available), 0)::bigint as room from wanted
  window earlier as (partition by n order by named desc, active_at desc, id desc rows unbounded preceding)
), split as (
  select *, least(room, missing) as take, room - least(room, missing) as "takeChanged" from shared
)
select n, id as "chatId", first_seq as "firstSeq", last_seq as "lastSeq", last_change as "lastChange", since, "takeChanged", member_count as "memberCount", read_seq as "readSeq", reset, after,
  missing, take, listed, behind, case when take > 0 and hidden_to > after then (
    select json_agg(json_build_array(h.from_seq, h.to_seq) order by h.to_seq) from (
      select from_seq, to_seq from hidden h
      where h.chat_id = id and h.user_id = split.user_id and h.to_seq > after order by h.to_seq limit take + 1) h) end as hidden
from split order by n, named desc, active_at desc, id desc`;

// Of what a chat's changes are, so many are looked at: changed messages that the asker does not hold yet come as they are
// when they are asked for, and there may be a million of them before one that they hold. Where the answer goes on is told.
const CHANGED = `
select w.seqs, w.revs, w.reached
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    with ordinality as s (chat_id, user_id, held, since, upto, take, n)
  cross join lateral (
    select coalesce(array_agg(seq order by rev) filter (where shown and nth <= s.take), '{}') as seqs,
      coalesce(array_agg(rev order by rev) filter (where shown and nth <= s.take), '{}') as revs,
      case when count(*) filter (where shown) > s.take then max(rev) filter (where shown and nth <= s.take)
        when count(*) = ${MOST_LOOKED_AT} then max(rev) else s.upto end as reached
    from (select *, count(*) filter (where shown) over (order by rev) as nth from (
      select m.seq, m.rev, m.seq <= s.held and not exists (select from hidden h
        where h.chat_id = s.chat_id and h.user_id = s.user_id and h.to_seq >= m.seq and h.from_seq <= m.seq) as shown
      from messages m where m.chat_id = s.chat_id and m.rev > 0 and m.rev > s.since and m.rev <= s.upto
      order by m.rev limit ${MOST_LOOKED_AT}) m) m) w
order by s.n`;

// Members by the primary key: the index of those present could be taken for one of the chats', and be read end to end.
const READ_SEQS = `
select (select json_object_agg(m.user_id, m.read_seq) filter (where m.left_at is null)
  from members m where m.chat_id = t.chat_id) as "readSeqs"
from unnest($1::uuid[]) with ordinality as t (chat_id, n) order by t.n`;

// The length of a text that is stored apart from its row is told without reading it.
const LENGTHS = `
select (select array_agg(${OCTETS} order by m.seq) from messages m
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
  readonly cursors: Readonly<Record<string, Held>>;
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
  firstSeq: number;
  lastSeq: number;
  lastChange: number;
  /** Changes up to this one are applied. */
  since: number;
  /** How many messages that changed since there is room for. */
  takeChanged: number;
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

/** Messages that changed, ascending by rev, and the change that is reached when all of them are applied. */
interface ChangedRow {
  seqs: number[];
  revs: number[];
  reached: number;
}

const NONE: ChangedRow = { seqs: [], revs: [], reached: 0 };

/** Where these messages are: those that follow each other are a range. */
function rangesOfSeqs(chatId: string, seqs: readonly number[]): Range[] {
  const ranges: { chatId: string; after: number; upto: number }[] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last?.upto === seq - 1) last.upto = seq;
    else ranges.push({ chatId, after: seq - 1, upto: seq });
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

  const readSeqsOf = coalesce(
    async (chats: readonly SyncRow[]) => {
      const ids = chats.map(({ chatId }) => chatId);
      const rows = await sql.query<{ readSeqs: Record<string, number> | null }>('sync-read-seqs', READ_SEQS, [ids]);
      return rows.map(({ readSeqs }) => readSeqs ?? {});
    },
    { keyOf: ({ chatId }) => chatId, weigh: chat => chat.memberCount, mostWeight: LIMITS.syncReadSeqs },
  );

  const changedOf = coalesce(
    async (asked: readonly { readonly userId: string; readonly chat: SyncRow }[]) => {
      const columns = (['chatId', 'after', 'since', 'lastChange', 'takeChanged'] as const).map(column =>
        asked.map(({ chat }) => chat[column]),
      );
      const [chatIds, ...others] = columns;
      return sql.query<ChangedRow>('sync-changed', CHANGED, [chatIds, asked.map(({ userId }) => userId), ...others]);
    },
    { weigh: ({ chat }) => chat.takeChanged, mostWeight: MOST_LENGTHS },
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
    const changes = await Promise.all(
      chats.map(chat => (chat.takeChanged > 0 ? changedOf({ userId, chat }) : { ...NONE, reached: chat.since })),
    );
    // For each chat its ranges of new messages, and then those of messages that changed.
    const parts = chats.flatMap((chat, at) => [rangesOf(chat), rangesOfSeqs(chat.chatId, changes[at]?.seqs ?? [])]);
    const members = chats.map(({ memberCount }) => memberCount);
    const told = chats.slice(0, fitting(members, LIMITS.syncReadSeqs));
    const [lists, readSeqs] = await Promise.all([messagesIn(userId, parts.flat()), Promise.all(told.map(readSeqsOf))]);
    const inOrder = await withMine(sql, userId, lists.flat());
    const found = sections(
      inOrder,
      sections(
        lists,
        parts.map(({ length }) => length),
      ).map(own => own.flat().length),
    );
    const own = new Set(all.map(({ chatId }) => chatId));
    return {
      chats: chats.map((chat, at): SyncedChat => {
        const { chatId, firstSeq, lastSeq, lastChange, since, missing, take, reset } = chat;
        const [messages = [], changed = []] = found.slice(2 * at);
        const { seqs, revs, reached } = changes[at] ?? NONE;
        const whole = messages.length === take && changed.length === seqs.length;
        // Not beyond changes of messages that there was no room for: who hears of these late would take them as they were.
        const changeUpto = whole ? reached : (revs[changed.length - 1] ?? since);
        return {
          chatId,
          messages,
          changed: changed.toSorted((one, other) => one.rev - other.rev),
          firstSeq,
          lastSeq,
          lastChange,
          changeUpto,
          readSeqs: { ...upTo(lastSeq, readSeqs[at] ?? {}), [userId]: chat.readSeq },
          more: messages.length < missing || changeUpto < lastChange,
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

/** Split into sections of these lengths. */
function sections<Item>(list: readonly Item[], lengths: readonly number[]): Item[][] {
  let at = 0;
  return lengths.map(length => {
    at += length;
    return list.slice(at - length, at);
  });
}
