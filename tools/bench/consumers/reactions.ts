/**
 * Reactions without folding: for each a statement that numbers it, writes its row and moves the message's count, and an
 * event to the room, several at a time; acknowledged when both are done. In order of arrival as far as one connection takes
 * them: they all wait for the same row.
 */
import { Redis } from 'ioredis';
import pgPromise from 'pg-promise';
import { worker } from '../load/worker.js';
import type { ConsumerPlan, ConsumerResult } from './consumer.js';
import { eachByItself } from './each.js';

const numbered = 'update chats set last_change = last_change + 1 where id = $1 returning last_change';
const moved = (by: string) => `
update messages m set rev = c.last_change,
  reactions = jsonb_set(coalesce(reactions, '{}'), array[$4], to_jsonb(coalesce((reactions->>$4)::int, 0) ${by} 1))
from c where m.chat_id = $1 and m.seq = $2 and exists (select from r) returning m.*`;

const GIVE = {
  name: 'give',
  text: `with r as (insert into reactions (chat_id, seq, user_id, emoji, at) values ($1, $2, $3, $4, $5) returning 1),
    c as (${numbered}) ${moved('+')}`,
};

const TAKE = {
  name: 'take',
  text: `with r as (delete from reactions where chat_id = $1 and seq = $2 and user_id = $3 and emoji = $4 returning 1),
    c as (${numbered}) ${moved('-')}`,
};

worker<ConsumerPlan, ConsumerResult>(async plan => {
  // More connections would wait for each other's lock of the one row, and carry out of order what belongs to one member.
  const db = pgPromise({ noWarnings: true })({ connectionString: plan.dsn!, max: 1 });
  const redis = new Redis(plan.redis!);
  const measured = await eachByItself<Reaction>(plan, async ({ chatId, seq, userId, emoji, on, at }) => {
    const place = [chatId, seq, userId, emoji];
    const told = await db.one(on ? { ...GIVE, values: [...place, at] } : { ...TAKE, values: place });
    await redis.publish(`chat:${chatId}`, JSON.stringify({ chatId, message: told, by: { userId, emoji, on } }));
  });
  await redis.quit();
  await db.$pool.end();
  return measured;
});

interface Reaction {
  readonly chatId: string;
  readonly seq: number;
  readonly userId: string;
  readonly emoji: string;
  readonly on: boolean;
  readonly at: string;
}
