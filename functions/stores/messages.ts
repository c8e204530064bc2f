/** The history in PostgreSQL: ranges of a chat by seq, straight from the primary key, however long it is. */
import type { Sql } from '../../runtime/contract/ports.js';
import type { MessageStore } from '../ports/messages.js';
import { appendTo } from './append.js';
import { COLUMNS, type MessageRow, messageOf } from './rows.js';
import { syncFrom } from './sync.js';

const OLDEST = `
select ${COLUMNS} from messages m where m.chat_id = $1 and m.seq > $2 and m.seq < $3 order by m.seq limit $4`;

const NEWEST = `
select ${COLUMNS} from messages m where m.chat_id = $1 and m.seq < $2 order by m.seq desc limit $3`;

export function messageStore(sql: Sql): MessageStore {
  return {
    append: appendTo(sql),
    sync: syncFrom(sql),

    async page(chatId, { before = Number.MAX_SAFE_INTEGER, after, limit }) {
      const rows =
        after === undefined
          ? (await sql.query<MessageRow>('messages-newest', NEWEST, [chatId, before, limit])).reverse()
          : await sql.query<MessageRow>('messages-oldest', OLDEST, [chatId, after, before, limit]);
      return rows.map(messageOf);
    },
  };
}
