/**
 * Storing messages, in one statement for any number of them in any number of chats. A chat's row is the lock under
 * which its messages are numbered: whoever holds it is the only one to number, so seqs are dense.
 */
import { Failure } from '../../runtime/contract/failure.js';
import type { Sql } from '../../runtime/contract/ports.js';
import type { Message } from '../domain/model.js';
import type { MessageStore, NewMessage } from '../ports/messages.js';
import { COLUMNS, type MessageRow, messageOf } from './rows.js';

// Every part of a statement sees the database as it was when the statement began, except for rows that it locks:
// those it sees as they are when it gets the lock. So `locked.last_seq` is the newest number there is, while `stored`
// may lack a message that another statement inserted during the wait for that lock. Should it be one of ours, the key
// (chat_id, sender_id, client_id) is violated, nothing of this statement happens, and the next attempt sees it.
// Rows are looked up one by one (lateral, any) so that no plan reads a whole table, and locked in order of their ids.
// `own` has locked its rows with nobody gone: to ask again would only lead the planner to the index of those present.
const APPEND = `
with input as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::timestamptz[])
    with ordinality as t (chat_id, sender_id, client_id, id, body, reply_to, sent_at, n)
), firsts as materialized (
  select distinct on (chat_id, sender_id, client_id) * from input order by chat_id, sender_id, client_id, n
), stored as materialized (
  select m.* from firsts f cross join lateral (
    select ${COLUMNS} from messages m
    where m.chat_id = f.chat_id and m.sender_id = f.sender_id and m.client_id = f.client_id limit 1) m
), wanted as materialized (
  select f.* from firsts f cross join lateral (
    select from members m where m.chat_id = f.chat_id and m.user_id = f.sender_id limit 1) m
  where not exists (select from stored s
    where s.chat_id = f.chat_id and s.sender_id = f.sender_id and s.client_id = f.client_id)
), locked as materialized (
  select c.* from (select distinct chat_id from wanted order by chat_id) w cross join lateral (
    select id, last_seq from chats where id = w.chat_id for no key update) c
), fresh as materialized (
  select w.*, l.last_seq + row_number() over (partition by w.chat_id order by w.n) as seq
  from wanted w join locked l on l.id = w.chat_id
), advanced as (
  update chats c set last_seq = f.seq, active_at = greatest(c.active_at, f.sent_at)
  from (select chat_id, max(seq) as seq, max(sent_at) as sent_at from fresh group by chat_id) f
  where c.id = f.chat_id and c.id = any (array(select chat_id from fresh))
), inserted as (
  insert into messages (chat_id, seq, id, client_id, sender_id, body, reply_to, sent_at)
  select chat_id, seq, id, client_id, sender_id, body, reply_to, sent_at from fresh
), own as materialized (
  select m.*, f.seq
  from (select chat_id, sender_id, max(seq) as seq from fresh group by chat_id, sender_id order by chat_id, sender_id) f
    cross join lateral (select chat_id, user_id from members
      where chat_id = f.chat_id and user_id = f.sender_id and left_at is null for no key update) m
), caught_up as (
  update members m set read_seq = greatest(m.read_seq, o.seq), delivered_seq = greatest(m.delivered_seq, o.seq)
  from own o where m.chat_id = o.chat_id and m.user_id = o.user_id
)
select f.seq as new_seq, f.n as given, ${COLUMNS},
  case when f.seq is null and m.seq is null then (select true from chats where id = i.chat_id) end as chat_exists,
  case when f.seq is null and m.seq is null then (select true from members
    where chat_id = i.chat_id and user_id = i.sender_id) end as member_exists
from input i
  left join fresh f on f.chat_id = i.chat_id and f.sender_id = i.sender_id and f.client_id = i.client_id
  left join stored m on m.chat_id = i.chat_id and m.sender_id = i.sender_id and m.client_id = i.client_id
order by i.n`;

const columnsOf = (messages: readonly NewMessage[]): unknown[] =>
  (['chatId', 'senderId', 'clientId', 'id', 'body', 'replyTo', 'sentAt'] as const).map(column =>
    messages.map(message => message[column]),
  );

/** What became of a message: it is new, with the values of the first that was given under its name; or it was there. */
type Answer =
  | { readonly new_seq: number; readonly given: number }
  | (MessageRow & { readonly new_seq: null })
  | {
      readonly new_seq: null;
      readonly seq: null;
      readonly chat_exists: true | null;
      readonly member_exists: true | null;
    };

export function appendTo(sql: Sql): MessageStore['append'] {
  return async messages => {
    if (messages.length === 0) return [];
    const rows = await sql.query<Answer>('messages-append', APPEND, columnsOf(messages)).catch(error => {
      if (!(error instanceof Failure && error.code === 'conflict')) throw error;
      throw new Failure('unavailable', 'another writer stored one of these messages just now', {
        retryAfterMs: 0,
        cause: error,
      });
    });
    return rows.map(row => {
      if (row.new_seq !== null) return newMessage(messages[row.given - 1] as NewMessage, row.new_seq);
      if (row.seq !== null) return messageOf(row);
      if (row.member_exists) throw new Error('a message was neither stored nor found');
      return { refused: row.chat_exists ? 'never-a-member' : 'no-chat' };
    });
  };
}

/** As it stands in its row, which has what was given: ids and times come in the form that the database gives them. */
function newMessage({ chatId, id, clientId, senderId, body, replyTo, sentAt }: NewMessage, seq: number): Message {
  return { chatId, seq, id, clientId, senderId, body, replyTo, sentAt };
}
