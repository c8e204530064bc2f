/** What a client has missed, in two statements whatever the number of its chats and of their messages. */
import type { Sql } from '../../runtime/contract/ports.js';
import { isId } from '../domain/id.js';
import type { Message } from '../domain/model.js';
import { LIMITS } from '../domain/names.js';
import type { MessageStore } from '../ports/messages.js';
import { COLUMNS, type MessageRow, messageOf } from './rows.js';

// Seqs have no holes, so how many messages a chat has after a cursor is a subtraction, and the budget is shared out,
// newest activity first, before any message is read.
const SYNC_CHATS = `
with mine as (
  select c.id, c.last_seq, c.active_at, coalesce(k.seq, 0) as after,
    greatest(least(c.last_seq - coalesce(k.seq, 0), $4), 0) as available
  from members v join chats c on c.id = v.chat_id
    left join unnest($2::uuid[], $3::bigint[]) as k (chat_id, seq) on k.chat_id = v.chat_id
  where v.user_id = $1 and v.left_at is null
), shared as (
  select *, greatest(least(available, $5 - sum(available) over earlier + available), 0)::bigint as take from mine
  window earlier as (order by active_at desc, id desc rows unbounded preceding)
)
select s.id as "chatId", s.last_seq as "lastSeq", s.after, s.after + s.take as upto,
  (select json_object_agg(m.user_id, m.read_seq) from members m where m.chat_id = s.id and m.left_at is null) as "readSeqs"
from shared s
order by s.active_at desc, s.id desc`;

const SYNC_MESSAGES = `
select m.* from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as s (chat_id, after, upto)
cross join lateral (
  select ${COLUMNS} from messages m
  where m.chat_id = s.chat_id and m.seq > s.after and m.seq <= s.upto order by m.seq limit s.upto - s.after) m`;

interface SyncRow {
  chatId: string;
  lastSeq: number;
  after: number;
  upto: number;
  readSeqs: Record<string, number>;
}

export function syncFrom(sql: Sql): MessageStore['sync'] {
  return async (userId, cursors, limit) => {
    const known = Object.entries(cursors).filter(([chatId]) => isId(chatId));
    const places = [known.map(([chatId]) => chatId), known.map(([, seq]) => seq)];
    const chats = await sql.query<SyncRow>('sync-chats', SYNC_CHATS, [userId, ...places, limit, LIMITS.syncMessages]);

    const behind = chats.filter(chat => chat.upto > chat.after);
    const ranges = [behind.map(chat => chat.chatId), behind.map(chat => chat.after), behind.map(chat => chat.upto)];
    const rows = behind.length > 0 ? await sql.query<MessageRow>('sync-messages', SYNC_MESSAGES, ranges) : [];

    const messages = new Map<string, Message[]>(chats.map(chat => [chat.chatId, []]));
    for (const row of rows) messages.get(row.chat_id)?.push(messageOf(row));
    return {
      chats: chats.map(({ chatId, lastSeq, upto, readSeqs }) => ({
        chatId,
        messages: messages.get(chatId) ?? [],
        lastSeq,
        readSeqs,
        more: upto < lastSeq,
      })),
      unknown: Object.keys(cursors).filter(chatId => !messages.has(chatId)),
    };
  };
}
