/**
 * The part of storing messages that keeps what they are beside their text: entities, whose copy they are, whom they mention
 * and which media they name. See append.ts, whose statement these are parts of.
 */
import { EVERYBODY, mentionedIn } from '../domain/mentions.js';
import type { Attached } from './attach.js';

/** Whether whom a row `n` of chat, user and sender mentions is in the chat; everybody is where its sender is. */
export const present = (n: string): string => `select from members
  where chat_id = ${n}.chat_id and left_at is null
    and user_id = case ${n}.user_id when '${EVERYBODY}' then ${n}.sender_id else ${n}.user_id end limit 1`;

const MENTIONED = `, mentioned as (
  insert into mentions (chat_id, user_id, seq)
  select n.chat_id, n.user_id, n.seq from (
    select f.chat_id, f.seq, f.sender_id, t.user_id
    from unnest($13::bigint[], $14::uuid[]) as t (n, user_id) join fresh f on f.n = t.n) n
    cross join lateral (${present('n')}) m
), named as (
  insert into message_media (chat_id, seq, n, media_id)
  select f.chat_id, f.seq, t.place, t.media_id
  from unnest($15::bigint[], $16::smallint[], $17::uuid[]) as t (n, place, media_id) join fresh f on f.n = t.n
  returning media_id
), taken as (
  update media set attached_at = (select max(sent_at) from fresh)
  where id = any (array(select media_id from named)) and attached_at is null
)`;

export const MARKS = {
  values: ', $10::json[], $11::json[], $12::json[]',
  columns: ', entities, forward, media',
  mentioned: MENTIONED,
};
export const NO_MARKS: typeof MARKS = { values: '', columns: '', mentioned: '' };

/** Its parameters. A copy mentions nobody: it says what was said elsewhere. */
export function marksOf(messages: readonly Attached[]): unknown[] {
  const mentions = messages.flatMap((message, at) =>
    message.forwardedFrom ? [] : mentionedIn(message).map(userId => ({ n: at + 1, userId })),
  );
  const named = messages.flatMap(({ attached = [] }, at) =>
    attached.map(({ id }, place) => ({ n: at + 1, place, mediaId: id })),
  );
  return [
    messages.map(({ entities = [] }) => (entities.length > 0 ? JSON.stringify(entities) : null)),
    messages.map(({ forwardedFrom }) => (forwardedFrom ? JSON.stringify(forwardedFrom) : null)),
    messages.map(({ attached = [] }) => (attached.length > 0 ? JSON.stringify(attached) : null)),
    mentions.map(({ n }) => n),
    mentions.map(({ userId }) => userId),
    named.map(({ n }) => n),
    named.map(({ place }) => place),
    named.map(({ mediaId }) => mediaId),
  ];
}
