/**
 * Storing copies of messages of other chats. What is copied is read, and that it may be, under the locks of both chats: who
 * deletes it or takes the sender out waits for this, or is seen by it.
 */
import type { Sql } from 'function-runtime';
import type { ForwardRefusal, NewMessage } from '../ports/messages.js';
import { COLUMNS, isNamed, keysOf, type MessageRow, messageOf } from './rows.js';

/** In order of their ids, as everybody does who locks several. */
const LOCK = `
select from (select distinct chat_id from unnest($1::uuid[]) as t (chat_id) order by chat_id) w cross join lateral (
  select from chats where id = w.chat_id for no key update) c`;

// A statement of its own after the locks: it sees what they have waited for.
const SOURCES = `
select ${COLUMNS}, s.stored, v.inside, h.from_seq <= t.seq as hidden, c.no_forwards, u.display_name
from (select *, ${keysOf('t')} from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[])
  with ordinality as t (chat_id, sender_id, client_id, source_id, seq, n) offset 0) t
  left join lateral (select true as stored from messages m
    where ${isNamed('m', 't')} limit 1) s on true
  left join lateral (select no_forwards from chats where id = t.source_id limit 1) c on true
  left join lateral (select true as inside from members
    where chat_id = t.source_id and user_id = t.sender_id and left_at is null limit 1) v on true
  left join lateral (select from_seq from hidden
    where chat_id = t.source_id and user_id = t.sender_id and to_seq >= t.seq order by to_seq limit 1) h on true
  left join lateral (select * from messages where chat_id = t.source_id and seq = t.seq limit 1) m on true
  left join lateral (select display_name from users where id = m.sender_id limit 1) u on true
order by t.n`;

interface SourceRow extends MessageRow {
  readonly stored: true | null;
  readonly inside: true | null;
  readonly hidden: boolean | null;
  readonly no_forwards: boolean | null;
  readonly display_name: string | null;
}

/** A message to be stored, with what it copies; what is there already is found by its name, whatever it was a copy of. */
type Copied = NewMessage | { readonly refused: ForwardRefusal };

export const lockChats = (tx: Pick<Sql, 'query'>, chatIds: readonly string[]): Promise<unknown> =>
  tx.query('forward-lock', LOCK, [chatIds]);

/** Within a transaction, which holds the locks of all the messages' chats and of those that they come from afterwards. */
export async function copySources(tx: Pick<Sql, 'query'>, messages: readonly NewMessage[]): Promise<readonly Copied[]> {
  const forwards = messages.flatMap(({ forward, ...message }) => (forward ? [{ ...message, forward }] : []));
  const chatIds = [...messages.map(({ chatId }) => chatId), ...forwards.map(({ forward }) => forward.chatId)];
  await lockChats(tx, chatIds);
  if (forwards.length === 0) return messages;
  const rows = await tx.query<SourceRow>('forward-sources', SOURCES, [
    ...(['chatId', 'senderId', 'clientId'] as const).map(column => forwards.map(message => message[column])),
    forwards.map(({ forward }) => forward.chatId),
    forwards.map(({ forward }) => forward.seq),
  ]);
  let next = 0;
  return messages.map(message => (message.forward ? copied(message, rows[next++] as SourceRow) : message));
}

function copied({ forward, ...message }: NewMessage, row: SourceRow): Copied {
  if (row.stored) return message;
  if (!row.inside || row.hidden || row.seq === null) return { refused: 'no-source' };
  if (row.no_forwards) return { refused: 'no-forwards' };
  const { body, entities, media, senderId, sentAt, deletedAt, forwardedFrom } = messageOf(row);
  if (deletedAt !== undefined) return { refused: 'source-deleted' };
  const author = { userId: senderId, displayName: row.display_name as string, sentAt };
  return {
    ...message,
    body,
    ...(entities && { entities }),
    ...(media && { mediaIds: media.map(({ id }) => id) }),
    forwardedFrom: forwardedFrom ?? author,
  };
}
