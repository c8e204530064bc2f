/** Read receipts without folding: one UPDATE for each message, several at a time, acknowledged when it is committed. */
import pgPromise from 'pg-promise';
import { worker } from '../load/worker.js';
import type { ConsumerPlan, ConsumerResult } from './consumer.js';
import { eachByItself } from './each.js';

const CONNECTIONS = 10;

const UPDATE = {
  name: 'mark-read',
  text: `update members set read_seq = $3, delivered_seq = greatest(delivered_seq, $3)
where chat_id = $1 and user_id = $2 and left_at is null and read_seq < $3`,
};

worker<ConsumerPlan, ConsumerResult>(async plan => {
  const db = pgPromise({ noWarnings: true })({ connectionString: plan.dsn!, max: CONNECTIONS });
  const measured = await eachByItself<Receipt>(plan, ({ chatId, userId, seq }) =>
    db.none({ ...UPDATE, values: [chatId, userId, seq] }),
  );
  await db.$pool.end();
  return measured;
});

interface Receipt {
  readonly chatId: string;
  readonly userId: string;
  readonly seq: number;
}
