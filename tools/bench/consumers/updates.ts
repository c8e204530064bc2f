/** Read receipts without folding: one UPDATE for each message, several at a time, acknowledged when it is committed. */
import { connect } from 'amqplib';
import pgPromise from 'pg-promise';
import { worker } from '../load/worker.js';
import { type ConsumerPlan, type ConsumerResult, tally } from './consumer.js';

const CONNECTIONS = 10;
const PREFETCH = 100;

const UPDATE = {
  name: 'mark-read',
  text: `update members set read_seq = $3, delivered_seq = greatest(delivered_seq, $3)
where chat_id = $1 and user_id = $2 and left_at is null and read_seq < $3`,
};

worker<ConsumerPlan, ConsumerResult>(async plan => {
  const db = pgPromise({ noWarnings: true })({ connectionString: plan.dsn!, max: CONNECTIONS });
  const connection = await connect(plan.amqp, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  const { see, finished, result } = tally(plan);
  const failed = new Promise<never>((_resolve, reject) => {
    void channel.consume(plan.queue, async message => {
      if (!message) return reject(new Error('cancelled'));
      const { chatId, userId, seq } = (JSON.parse(message.content.toString()) as { data: Receipt }).data;
      await db.none({ ...UPDATE, values: [chatId, userId, seq] }).catch(reject);
      channel.ack(message);
      see();
    });
  });
  await Promise.race([finished, failed]);
  const measured = result();
  await channel.close();
  await connection.close();
  await db.$pool.end();
  return measured;
});

interface Receipt {
  readonly chatId: string;
  readonly userId: string;
  readonly seq: number;
}
