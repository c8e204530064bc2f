/** What somebody reacted with themselves. */
import type { Sql } from 'function-runtime';
import type { Message } from '../domain/model.js';

const MINE = `
select array(
  select r.emoji from reactions r where r.chat_id = k.chat_id and r.seq = k.seq and r.user_id = $1 order by r.emoji) as mine
from unnest($2::uuid[], $3::bigint[]) with ordinality as k (chat_id, seq, n) order by k.n`;

/** The messages with `mine` of the viewer. Asks about those that have reactions; where none has, nobody. */
export async function withMine(
  sql: Pick<Sql, 'read'>,
  viewerId: string,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const asked = messages.filter(({ reactions }) => reactions.length > 0);
  if (asked.length === 0) return messages;
  const values = [viewerId, asked.map(({ chatId }) => chatId), asked.map(({ seq }) => seq)];
  const rows = await sql.read<{ mine: string[] }>('messages-mine', MINE, values);
  const found = new Map(asked.map((message, at) => [message, rows[at]?.mine ?? []]));
  return messages.map(message => {
    const mine = found.get(message) ?? [];
    return mine.length > 0 ? { ...message, mine } : message;
  });
}
