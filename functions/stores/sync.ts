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
import { hides } from './hides.js';
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
  missing, take, listed, behind, hidden_to as "hiddenTo", case when take > 0 and hidden_to > after then (
    select json_agg(json_build_array(h.from_seq, h.to_seq) order by h.to_seq) from (
      select from_seq, to_seq from hidden h
      where h.chat_id = id and h.user_id = split.user_id and h.to_seq > after order by h.to_seq limit take + 1) h) end as hidden
from split order by n, named desc, active_at desc, id desc`;

/** Whether the asker of `s` holds message `m`, and does not hide it from themselves. */
const SHOWN = `m.seq <= s.held and (s.hidden_to is null or m.seq > s.hidden_to
  or not ${hides('s.user_id', 's.chat_id', 'm.seq')})`;

const CHANGED_OF = 'm.chat_id = s.chat_id and m.rev > 0 and m.rev > s.since and m.rev <= s.upto';

// Of what a chat's changes are, so many are looked at: changed messages that the asker does not hold yet come as they are
// when they are asked for, and there may be a million of them before one that they hold. Where the answer goes on is told.
const CHANGED = `
select w.*
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    with ordinality as s (chat_id, user_id, held, hidden_to, since, upto, take, looked_at, n)
  cross join lateral (
    select coalesce(array_agg(octets order by rev) filter (where shown and nth <= s.take), '{}') as octets,
      case when count(*) filter (where shown) > s.take then max(rev) filter (where shown and nth <= s.take)
        when count(*) = s.looked_at then max(rev) else s.upto end as reached
    from (select *, count(*) filter (where shown) over (order by rev) as nth from (
      select m.rev, ${OCTETS} as octets, ${SHOWN} as shown from messages m where ${CHANGED_OF}
      order by m.rev limit s.looked_at) m) m) w
order by s.n`;

/** What has changed once more since its length was asked is not among them: it is told with what changed after `upto`. */
const RETOLD = `
select m.*, s.n
from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
    as s (n, chat_id, user_id, held, hidden_to, since, upto, count)
  cross join lateral (
    select ${COLUMNS} from messages m where ${CHANGED_OF} and ${SHOWN} order by m.rev limit s.count) m`;

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
select m.*, s.n from unnest($1::bigint[], $2::uuid[], $3::bigint[], $4::bigint[]) as s (n, chat_id, after, upto)
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

/** Messages that follow each other. */
interface Range {
  readonly chatId: string;
  readonly after: number;
  readonly upto: number;
  /** What its messages come to, where that was asked. */
  readonly bytes?: number;
}

/** The first messages of a chat that have changed after a change, up to another one. */
interface Changes {
  readonly chatId: string;
  readonly userId: string;
  readonly held: number;
  readonly hiddenTo: number | null;
  readonly since: number;
  readonly upto: number;
  readonly count: number;
  /** How long each is. */
  readonly octets: readonly number[];
  readonly bytes?: number;
}

type Part = Range | Changes;

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
  /** The last one that they hide from themselves. */
  hiddenTo: number | null;
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

const countOf = (part: Part): number => ('count' in part ? part.count : part.upto - part.after);

const firstOf = (part: Part, count: number, bytes: number): Part =>
  'count' in part ? { ...part, count, bytes } : { ...part, upto: part.after + count, bytes };

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

/** How long the messages are that are told, in order of their changes, and the change that is reached with them. */
interface ChangedRow {
  octets: number[];
  reached: number;
}

/** Where everything that has changed is held and nothing hidden, no more than are told, and one by which that is seen. */
const lookedAt = ({ after, lastSeq, hiddenTo, takeChanged }: SyncRow): number =>
  after === lastSeq && hiddenTo === null ? takeChanged + 1 : MOST_LOOKED_AT;

/** Of what several askers have in common. */
function keyOf(part: Part): string {
  if (!('count' in part)) return `${part.chatId} ${part.after} ${part.upto}`;
  const { chatId, userId, held, hiddenTo, since, upto, count } = part;
  return `${chatId} changes ${since} ${upto} ${count} ${held} ${hiddenTo === null ? '' : userId}`;
}

const columnsOf = <Row>(rows: readonly Row[], columns: readonly (keyof Row)[]): unknown[] =>
  columns.map(column => rows.map(row => row[column]));

export function syncFrom(sql: Sql): MessageStore['sync'] {
  /** Nothing where nothing is asked for. */
  async function ask(name: string, text: string, columns: unknown[]): Promise<(MessageRow & { n: number })[]> {
    return (columns[0] as unknown[]).length > 0 ? sql.query(name, text, columns) : [];
  }

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
    async (chats: readonly (SyncRow & { readonly userId: string })[]) =>
      sql.query<ChangedRow>('sync-changed', CHANGED, [
        ...columnsOf(chats, ['chatId', 'userId', 'after', 'hiddenTo', 'since', 'lastChange', 'takeChanged']),
        chats.map(lookedAt),
      ]),
    { weigh: ({ takeChanged }) => takeChanged, mostWeight: MOST_LENGTHS },
  );

  const lengthsOf = coalesce(
    async (ranges: readonly Range[]) => {
      const rows = await sql.query<{ octets: number[] | null }>(
        'sync-lengths',
        LENGTHS,
        columnsOf(ranges, ['chatId', 'after', 'upto']),
      );
      return rows.map(({ octets }) => octets ?? []);
    },
    { keyOf, weigh: countOf, mostWeight: MOST_LENGTHS },
  );

  async function load(parts: readonly Part[]): Promise<Message[][]> {
    const ranges = parts.flatMap((part, n) => ('count' in part ? [] : [{ ...part, n }]));
    const changes = parts.flatMap((part, n) => ('count' in part ? [{ ...part, n }] : []));
    const rows = await Promise.all([
      ask('sync-messages', MESSAGES, columnsOf(ranges, ['n', 'chatId', 'after', 'upto'])),
      ask(
        'sync-retold',
        RETOLD,
        columnsOf(changes, ['n', 'chatId', 'userId', 'held', 'hiddenTo', 'since', 'upto', 'count']),
      ),
    ]);
    const found = parts.map((): Message[] => []);
    for (const row of rows.flat()) found[row.n]?.push(messageOf(row));
    return found;
  }
  const few = coalesce(load, { keyOf, weigh: countOf, mostWeight: MOST_MESSAGES });
  const many = coalesce(load, { keyOf, weigh: ({ bytes = 0 }) => bytes, mostWeight: ANSWER_BYTES });
  const oneByOne = inTurn();

  /** The messages of each part, as far as there is room in one answer. */
  async function messagesIn(userId: string, parts: readonly Part[]): Promise<readonly Message[][]> {
    if (parts.reduce((sum, part) => sum + countOf(part), 0) <= SURE) return Promise.all(parts.map(few));
    const sized = await Promise.all(parts.map(part => ('count' in part ? part.octets : lengthsOf(part))));
    const sizes = sized.map(octets => octets.map(length => length + ENVELOPE_BYTES));
    const fit = portions(sizes, fitting(sizes.flat())).map((own, at) =>
      firstOf(
        parts[at] as Part,
        own.length,
        own.reduce((sum, size) => sum + size, 0),
      ),
    );
    const found = await oneByOne(userId, () => Promise.all(fit.map(part => (countOf(part) > 0 ? many(part) : []))));
    return portions(found, fitting(found.flat().map(bytesOf)));
  }

  return async (userId, cursors, limit) => {
    const all = await chatsOf({ userId, cursors, limit });
    const chats = all.filter(({ listed }) => listed);
    const changes = await Promise.all(
      chats.map(chat => (chat.takeChanged > 0 ? changedOf({ ...chat, userId }) : { octets: [], reached: chat.since })),
    );
    // For each chat its new messages, and then those that changed.
    const parts = chats.flatMap((chat, at): Part[][] => {
      const { chatId, after: held, hiddenTo, since } = chat;
      const { octets, reached: upto } = changes[at] as ChangedRow;
      const count = octets.length;
      return [rangesOf(chat), count > 0 ? [{ chatId, userId, held, hiddenTo, since, upto, count, octets }] : []];
    });
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
        const { octets, reached } = changes[at] as ChangedRow;
        const whole = messages.length === take && changed.length === octets.length;
        // Not beyond changes of messages that there was no room for: who hears of these late would take them as they were.
        const changeUpto = whole ? reached : (changed.at(-1)?.rev ?? since);
        return {
          chatId,
          messages,
          changed,
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
