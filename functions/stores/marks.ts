/**
 * The part of storing messages that keeps what they are beside their text: entities, whose copy they are, and whom they
 * mention. See append.ts, whose statement these are parts of.
 */
import { EVERYBODY, mentionedIn } from '../domain/mentions.js';
import type { NewMessage } from '../ports/messages.js';

/** Whether whom a row `n` of chat, user and sender mentions is in the chat; everybody is where its sender is. */
export const present = (n: string): string => `select from members
  where chat_id = ${n}.chat_id and left_at is null
    and user_id = case ${n}.user_id when '${EVERYBODY}' then ${n}.sender_id else ${n}.user_id end limit 1`;

const MENTIONED = `, mentioned as (
  insert into mentions (chat_id, user_id, seq)
  select n.chat_id, n.user_id, n.seq from (
    select f.chat_id, f.seq, f.sender_id, t.user_id
    from unnest($12::bigint[], $13::uuid[]) as t (n, user_id) join fresh f on f.n = t.n) n
    cross join lateral (${present('n')}) m
)`;

export const MARKS = { values: ', $10::json[], $11::json[]', columns: ', entities, forward', mentioned: MENTIONED };
export const NO_MARKS: typeof MARKS = { values: '', columns: '', mentioned: '' };

/** Its parameters. A copy mentions nobody: it says what was said elsewhere. */
export function marksOf(messages: readonly NewMessage[]): unknown[] {
  const mentions = messages.flatMap((message, at) =>
    message.forwardedFrom ? [] : mentionedIn(message).map(userId => ({ n: at + 1, userId })),
  );
  return [
    messages.map(({ entities = [] }) => (entities.length > 0 ? JSON.stringify(entities) : null)),
    messages.map(({ forwardedFrom }) => (forwardedFrom ? JSON.stringify(forwardedFrom) : null)),
    mentions.map(({ n }) => n),
    mentions.map(({ userId }) => userId),
  ];
}
