/** The history in PostgreSQL: ranges of a chat by seq, straight from the primary key, however long it is; each bounded. */
import type { Sql } from 'function-runtime';
import { ANSWER_BYTES, bytesOf, fitting } from '../domain/bytes.js';
import type { MessageStore } from '../ports/messages.js';
import { appendTo } from './append.js';
import { COLUMNS, ENVELOPE_BYTES, type MessageRow, messageOf } from './rows.js';
import { syncFrom } from './sync.js';

// Where a long body is stored apart from its row, it is not read unless there is room for it in the answer.
const within = (page: string, order: string, room: string): string => `
select ${COLUMNS} from (
  select m.*, sum(octet_length(m.body) + ${ENVELOPE_BYTES}) over (order by ${order} rows unbounded preceding) as bytes
  from (${page}) m
) m
where m.bytes - octet_length(m.body) - ${ENVELOPE_BYTES} < ${room} order by ${order}`;

const OLDEST = within(
  `select ${COLUMNS} from messages m where m.chat_id = $1 and m.seq > $2 and m.seq < $3 order by m.seq limit $4`,
  'm.seq',
  '$5',
);

const NEWEST = within(
  `select ${COLUMNS} from messages m where m.chat_id = $1 and m.seq < $2 order by m.seq desc limit $3`,
  'm.seq desc',
  '$4',
);

export function messageStore(sql: Sql): MessageStore {
  return {
    append: appendTo(sql),
    sync: syncFrom(sql),

    async page(chatId, { before = Number.MAX_SAFE_INTEGER, after, limit }) {
      const rows =
        after === undefined
          ? await sql.query<MessageRow>('messages-newest', NEWEST, [chatId, before, limit, ANSWER_BYTES])
          : await sql.query<MessageRow>('messages-oldest', OLDEST, [chatId, after, before, limit, ANSWER_BYTES]);
      const found = rows.map(messageOf);
      const page = found.slice(0, fitting(found.map(bytesOf)));
      return after === undefined ? page.reverse() : page;
    },
  };
}
