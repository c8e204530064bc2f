/**
 * What clients have missed, in two statements whatever the number of their chats and of their messages; clients that
 * ask at the same time share them, and what several of them have missed is read once.
 */
import type { Sql } from '../../runtime/contract/ports.js';
import { isId } from '../domain/id.js';
import type { Message } from '../domain/model.js';
import { LIMITS } from '../domain/names.js';
import type { MessageStore } from '../ports/messages.js';
import { gathered } from './gathered.js';
import { COLUMNS, type MessageRow, messageOf } from './rows.js';

// Seqs have no holes, so how many messages a chat has after a cursor is a subtraction, and each asker's budget is shared
// out, newest activity first, before any message is read.
// Written so that the planner finds cursors by their chat, not by their asker, who may have thousands, and members by
// the primary key: the index of those present could be taken for one of the chats', and would be read from end to end.
// Tables stand in laterals that cannot be merged into a join (limit, offset): each row is looked up, whatever is estimated.
const SYNC_CHATS = `
with mine as (
  select a.n, c.id, c.last_seq, c.active_at, coalesce(k.seq, 0) as after,
    greatest(least(c.last_seq - coalesce(k.seq, 0), a.most), 0) as available
  from unnest($1::uuid[], $2::bigint[]) with ordinality as a (user_id, most, n)
    cross join lateral (select chat_id from members where user_id = a.user_id and left_at is null offset 0) v
    cross join lateral (select id, last_seq, active_at from chats where id = v.chat_id limit 1) c
    left join unnest($3::bigint[], $4::uuid[], $5::bigint[]) as k (n, chat_id, seq)
      on k.chat_id = v.chat_id and k.n - a.n = 0
), shared as (
  select *, greatest(least(available, $6 - sum(available) over earlier + available), 0)::bigint as take from mine
  window earlier as (partition by n order by active_at desc, id desc rows unbounded preceding)
)
select s.n, s.id as "chatId", s.last_seq as "lastSeq", s.after, s.after + s.take as upto,
  (select json_object_agg(m.user_id, m.read_seq) filter (where m.left_at is null)
    from members m where m.chat_id = s.id) as "readSeqs"
from shared s
order by s.n, s.active_at desc, s.id desc`;

const SYNC_MESSAGES = `
select m.*, s.n from unnest($1::uuid[], $2::bigint[], $3::bigint[]) with ordinality as s (chat_id, after, upto, n)
cross join lateral (
  select ${COLUMNS} from messages m
  where m.chat_id = s.chat_id and m.seq > s.after and m.seq <= s.upto order by m.seq limit s.upto - s.after) m`;

/** Askers in one statement: each may name thousands of cursors. */
const MOST_ASKERS = 50;

interface Asker {
  readonly userId: string;
  readonly cursors: Readonly<Record<string, number>>;
  readonly limit: number;
}

interface SyncRow {
  /** Whose chat it is: the first asker is 1. */
  n: number;
  chatId: string;
  lastSeq: number;
  after: number;
  upto: number;
  readSeqs: Record<string, number>;
}

type Range = Pick<SyncRow, 'chatId' | 'after' | 'upto'>;

const keyOf = ({ chatId, after, upto }: Range): string => `${chatId} ${after} ${upto}`;

export function syncFrom(sql: Sql): MessageStore['sync'] {
  async function chatsOf(askers: readonly Asker[]): Promise<readonly SyncRow[][]> {
    const cursors = askers.flatMap(({ cursors }, at) =>
      Object.entries(cursors).flatMap(([chatId, seq]) => (isId(chatId) ? [{ n: at + 1, chatId, seq }] : [])),
    );
    const rows = await sql.query<SyncRow>('sync-chats', SYNC_CHATS, [
      askers.map(({ userId }) => userId),
      askers.map(({ limit }) => limit),
      ...(['n', 'chatId', 'seq'] as const).map(column => cursors.map(cursor => cursor[column])),
      LIMITS.syncMessages,
    ]);
    const chats = askers.map((): SyncRow[] => []);
    for (const row of rows) chats[row.n - 1]?.push(row);
    return chats;
  }

  async function messagesIn(ranges: readonly Range[]): Promise<ReadonlyMap<string, Message[]>> {
    const found = new Map<string, Message[]>(ranges.map(range => [keyOf(range), []]));
    if (ranges.length === 0) return found;
    const columns = (['chatId', 'after', 'upto'] as const).map(column => ranges.map(range => range[column]));
    const rows = await sql.query<MessageRow & { n: number }>('sync-messages', SYNC_MESSAGES, columns);
    for (const row of rows) found.get(keyOf(ranges[row.n - 1] as Range))?.push(messageOf(row));
    return found;
  }

  const missed = gathered(async (askers: readonly Asker[]) => {
    const chats = await chatsOf(askers);
    const ranges = new Map(chats.flat().flatMap(row => (row.upto > row.after ? [[keyOf(row), row] as const] : [])));
    const found = await Promise.all(portions([...ranges.values()]).map(messagesIn));
    const messages = new Map(found.flatMap(some => [...some]));
    return chats.map(own => own.map(row => ({ ...row, messages: messages.get(keyOf(row)) ?? [] })));
  }, MOST_ASKERS);

  return async (userId, cursors, limit) => {
    const chats = await missed({ userId, cursors, limit });
    const own = new Set(chats.map(({ chatId }) => chatId));
    return {
      chats: chats.map(({ chatId, messages, lastSeq, readSeqs, upto }) => {
        return { chatId, messages, lastSeq, readSeqs, more: upto < lastSeq };
      }),
      unknown: Object.keys(cursors).filter(chatId => !own.has(chatId)),
    };
  };
}

/** No statement reads more messages than one client may be answered. */
function portions(ranges: readonly Range[]): Range[][] {
  const made: Range[][] = [];
  let left = 0;
  for (const range of ranges) {
    const count = range.upto - range.after;
    if (left < count) {
      made.push([]);
      left = LIMITS.syncMessages;
    }
    made.at(-1)?.push(range);
    left -= count;
  }
  return made;
}
