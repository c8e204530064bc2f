/** The history in PostgreSQL: ranges of a chat by seq, straight from the primary key, however long it is; each bounded. */
import type { Sql } from 'function-runtime';
import { ANSWER_BYTES, bytesOf, fitting } from '../domain/bytes.js';
import type { MessageStore } from '../ports/messages.js';
import { appendTo } from './append.js';
import { insider } from './insider.js';
import { withMine } from './mine.js';
import { COLUMNS, ENVELOPE_BYTES, type MaybeRow, messagesOf, OCTETS } from './rows.js';
import { syncFrom } from './sync.js';

// Where a long body is stored apart from its row, it is not read unless there is room for it in the answer.
/** Of what the page is to have: a row of nulls where that is nothing, and no row where the viewer is not in the chat. */
const within = (page: string, order: string, room: string): string => `
select m.* from ${insider('$1', '$2')} v left join lateral (
  select ${COLUMNS} from (
    select m.*, sum(${OCTETS} + ${ENVELOPE_BYTES}) over (order by ${order} rows unbounded preceding) as bytes
    from (${page}) m
  ) m
  where m.bytes - (${OCTETS}) - ${ENVELOPE_BYTES} < ${room}) m on true
order by ${order}`;

/**
 * The stretches of the chat that the viewer does not hide from themselves, each between two seqs, and for how many
 * messages each has room: they have no holes, so what the nearer ones have is a subtraction. Nothing that is hidden is read.
 */
const page = (direction: 'asc' | 'desc'): string => `
with bounds as (
  select from_seq, to_seq from hidden where chat_id = $1 and user_id = $2 and to_seq > $3 and from_seq < $4
  union all
  select last, last from (select least($4, 1 + (select last_seq from chats where id = $1)) as last) c
), shown as (
  select lag(to_seq, 1, $3::bigint) over (order by from_seq) as after, from_seq as before from bounds
), shared as (
  select after, before, $5 - sum(before - after - 1) over (order by after ${direction} rows unbounded preceding)
    + before - after - 1 as room from shown where before - after > 1
)
select m.* from shared s cross join lateral (
  select ${COLUMNS} from messages m
  where m.chat_id = $1 and m.seq > s.after and m.seq < s.before order by m.seq ${direction} limit s.room) m
where s.room > 0`;

const OLDEST = within(page('asc'), 'm.seq', '$6');
const NEWEST = within(page('desc'), 'm.seq desc', '$6');

export function messageStore(sql: Sql): MessageStore {
  return {
    append: appendTo(sql),
    sync: syncFrom(sql),

    async page(chatId, userId, { before = Number.MAX_SAFE_INTEGER, after, limit }) {
      const values = [chatId, userId, after ?? 0, before, limit, ANSWER_BYTES];
      const rows =
        after === undefined
          ? await sql.read<MaybeRow>('messages-newest', NEWEST, values)
          : await sql.read<MaybeRow>('messages-oldest', OLDEST, values);
      if (rows.length === 0) return undefined;
      const found = messagesOf(rows);
      const page = found.slice(0, fitting(found.map(bytesOf)));
      return withMine(sql, userId, after === undefined ? page.reverse() : page);
    },
  };
}
