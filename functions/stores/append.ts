/**
 * Storing messages, in one statement for any number of them in any number of chats. A chat's row is the lock under
 * which its messages are numbered: whoever holds it is the only one to number, so seqs are dense.
 */

import type { Sql } from 'function-runtime';
import { Failure } from 'function-runtime';
import type { Message } from '../domain/model.js';
import type { Writable } from '../domain/writable.js';
import type { MessageStore } from '../ports/messages.js';
import { type Attached, attachMedia } from './attach.js';
import { copySources, lockChats } from './forward.js';
import { MARKS, marksOf, NO_MARKS } from './marks.js';
import { COLUMNS, isNamed, keysOf, type MessageRow, messageOf } from './rows.js';
import { draftsOf, NO_DRAFTS, SENT_DRAFTS } from './sent-drafts.js';

// Every part of a statement sees the database as it was when the statement began, except for rows that it locks or
// updates: those as they are when it gets the lock. So the chat is locked only if its newest number is still the one that
// `stored` was read beside: if another statement inserted messages during the wait, which may be among ours, nothing of this
// chat is stored, and it is asked again. Rows are looked up by their keys (lateral) so that no plan reads a whole table, and
// chats come in order of their ids to the update, which takes one after the other.
// Whether the sender is gone is asked of the locked row: somebody may have taken them in again during the wait.
// A message moves its sender's watermark only from seq - 1 to seq. Of the n-th that one sender has in this statement,
// seq - n counts what stood before it and is not theirs from here: it moves a watermark that is exactly there, and
// those after the first that does not move it do not either. What does not move read_seq is numbered in `ahead`.
// The senders' rows are there, so each is a conflict: found by its key, which leaves the planner no join to choose.
const appendWith = (drafts: typeof SENT_DRAFTS, marks: typeof MARKS): string => `
with input as materialized (
  select *, ${keysOf('t')}
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::timestamptz[]${marks.values})
    with ordinality as t (chat_id, sender_id, client_id, id, body, reply_to, sent_at${marks.columns}, n)
), stored as materialized (
  select m.*, i.n from input i cross join lateral (select ${COLUMNS} from messages m where ${isNamed('m', 'i')} limit 1) m
), wanted as materialized (
  select i.* from input i cross join lateral (
    select from members m where m.chat_id = i.chat_id and m.user_id = i.sender_id limit 1) m
  where not exists (select from stored s where s.n = i.n)
), locked as materialized (
  update chats c set last_seq = c.last_seq + w.count, active_at = greatest(c.active_at, w.sent_at)
  from (select chat_id, count(*), max(sent_at) as sent_at, (select last_seq from chats where id = chat_id) as last_seq
    from wanted group by chat_id order by chat_id) w
  where c.id = w.chat_id and c.last_seq = w.last_seq returning c.id, w.last_seq
), fresh as materialized (
  select w.*, l.last_seq + row_number() over (partition by w.chat_id order by w.n) as seq,
    row_number() over (partition by w.chat_id, w.sender_id order by w.n) as nth
  from wanted w join locked l on l.id = w.chat_id
), own as materialized (
  select m.* from (select distinct chat_id, sender_id from fresh order by chat_id, sender_id) f cross join lateral (
    select chat_id, user_id, role, joined_at, left_at, read_seq, delivered_seq, ahead${drafts.own} from members
    where chat_id = f.chat_id and user_id = f.sender_id for no key update) m
), placed as materialized (
  select f.*, f.seq - f.nth = o.read_seq as reads, f.seq - f.nth = o.delivered_seq as delivers,
    f.seq - f.nth > o.read_seq as leads, o.ahead + count(*) filter (where f.seq - f.nth > o.read_seq) over (
      partition by f.chat_id, f.sender_id order by f.nth rows unbounded preceding) as ahead
  from fresh f left join own o on o.chat_id = f.chat_id and o.user_id = f.sender_id and o.left_at is null
), inserted as (
  insert into messages (chat_id, seq, id, client_id, sender_id, body, reply_to, sent_at${marks.columns}, ahead)
  select chat_id, seq, id, client_id, sender_id, body, reply_to, sent_at${marks.columns}, case when leads then ahead end from placed
)${marks.mentioned}${drafts.noted}, moved as (
  insert into members as m (chat_id, user_id, role, joined_at, read_seq, delivered_seq, ahead${drafts.columns})
  select o.chat_id, o.user_id, o.role, o.joined_at, o.read_seq + p.read, o.delivered_seq + p.delivered, p.ahead${drafts.values}
  from own o join (select chat_id, sender_id, count(*) filter (where reads) as read,
    count(*) filter (where delivers) as delivered, max(ahead) as ahead
    from placed where ahead is not null group by chat_id, sender_id) p on p.chat_id = o.chat_id and p.sender_id = o.user_id
    ${drafts.joined}
  on conflict (chat_id, user_id) do update
  set read_seq = excluded.read_seq, delivered_seq = excluded.delivered_seq, ahead = excluded.ahead${drafts.sets}
)
select f.seq as new_seq, case when m.seq is not null then to_json(m) end as stored,
  case when f.seq is null and m.seq is null then (select true from chats where id = i.chat_id) end as chat_exists,
  case when f.seq is null and m.seq is null then (select true from members
    where chat_id = i.chat_id and user_id = i.sender_id) end as member_exists
from input i
  left join fresh f on f.n = i.n
  left join stored m on m.n = i.n
order by i.n`;

/** Most messages are a text and nothing else, and cost nothing for what others are. */
const APPEND = appendWith(NO_DRAFTS, NO_MARKS);
const APPEND_MORE = appendWith(SENT_DRAFTS, MARKS);

const columnsOf = (messages: readonly Attached[]): unknown[] =>
  (['chatId', 'senderId', 'clientId', 'id', 'body', 'replyTo', 'sentAt'] as const).map(column =>
    messages.map(message => message[column]),
  );

/** What became of a message: it is new, it was there, or why not. */
type AppendResult =
  | { readonly new_seq: number }
  // As JSON: of most messages there is nothing to read.
  | { readonly new_seq: null; readonly stored: MessageRow }
  | {
      readonly new_seq: null;
      readonly stored: null;
      readonly chat_exists: true | null;
      readonly member_exists: true | null;
    };

type Appended = Awaited<ReturnType<MessageStore['append']>>;

type Writer = Pick<Sql, 'query' | 'transaction'>;

export function appendTo(sql: Sql): MessageStore['append'] {
  return async messages => {
    if (!messages.some(({ forward, mediaIds }) => forward || mediaIds)) return append(sql, messages);
    return sql.transaction(async tx => {
      const copies = await attachMedia(tx, await copySources(tx, messages));
      // Within the transaction already, and under the locks.
      const within: Writer = { query: tx.query, transaction: work => work(tx) };
      const stored = await append(
        within,
        copies.flatMap(copy => ('refused' in copy ? [] : [copy])),
      );
      let next = 0;
      return copies.map(copy => ('refused' in copy ? copy : (stored[next++] as Appended[number])));
    });
  };
}

/** The first of each name stands for all of them. */
async function append(sql: Writer, messages: readonly Attached[]): Promise<Appended> {
  const places = new Map<string, number>();
  const firsts: Attached[] = [];
  const placed = messages.map(message => {
    const name = `${message.chatId} ${message.senderId} ${message.clientId}`;
    const place = places.get(name) ?? firsts.push(message) - 1;
    places.set(name, place);
    return place;
  });
  const stored = await appendFirsts(sql, firsts);
  return placed.map(place => stored[place] as Appended[number]);
}

/** What another writer was faster than is stored under locks that are taken before anything is read. */
async function appendFirsts(sql: Writer, messages: readonly Attached[]): Promise<Appended> {
  const appended = await tryAppend(sql, messages);
  const left = messages.filter((_, at) => appended[at] === 'outrun');
  if (left.length === 0) return appended as Appended;
  const others = await sql.transaction(async tx => {
    await lockChats(
      tx,
      left.map(({ chatId }) => chatId),
    );
    return tryAppend(tx, left);
  });
  if (others.includes('outrun')) throw new Error('a message is neither stored nor there');
  const next = others.values();
  return appended.map(one => (one === 'outrun' ? next.next().value : one)) as Appended;
}

/** All of one chat are outrun, or none. None are of a chat whose lock was taken before. */
async function tryAppend(
  sql: Pick<Sql, 'query'>,
  messages: readonly Attached[],
): Promise<readonly (Appended[number] | 'outrun')[]> {
  if (messages.length === 0) return [];
  const rows = await carryOut(sql, messages).catch(error => {
    if (!(error instanceof Failure && error.code === 'conflict')) throw error;
    const why = 'another writer stored one of these messages just now';
    throw new Failure('unavailable', why, { retryAfterMs: 0, cause: error });
  });
  return rows.map((row, at) => {
    if (row.new_seq !== null) return newMessage(messages[at] as Attached, row.new_seq);
    if (row.stored) return messageOf(row.stored);
    if (row.member_exists) return 'outrun';
    return { refused: row.chat_exists ? 'never-a-member' : 'no-chat' };
  });
}

function carryOut(sql: Pick<Sql, 'query'>, messages: readonly Attached[]): Promise<AppendResult[]> {
  const columns = columnsOf(messages);
  const more = messages.some(
    ({ draftAt, entities, forwardedFrom, attached }) => draftAt !== undefined || entities || forwardedFrom || attached,
  );
  if (!more) return sql.query('messages-append', APPEND, columns);
  return sql.query('messages-append-more', APPEND_MORE, [...columns, ...draftsOf(messages), ...marksOf(messages)]);
}

/** As it stands in its row, which has what was given: ids and times come in the form that the database gives them. */
function newMessage(given: Attached, seq: number): Message {
  const { chatId, id, clientId, senderId, body, replyTo, sentAt, entities, forwardedFrom, attached } = given;
  const message: Writable<Message> = {
    chatId,
    seq,
    id,
    clientId,
    senderId,
    body,
    replyTo,
    sentAt,
    rev: 0,
    reactions: [],
  };
  if (entities && entities.length > 0) message.entities = entities;
  if (forwardedFrom) message.forwardedFrom = forwardedFrom;
  if (attached && attached.length > 0) message.media = attached;
  return message;
}
