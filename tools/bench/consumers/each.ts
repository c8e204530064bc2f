/** What consumers do that carry out each message by itself: several at a time, acknowledged when it is carried out. */
import { connect } from 'amqplib';
import { type ConsumerPlan, type ConsumerResult, tally } from './consumer.js';

const PREFETCH = 100;

/** Rejects when one cannot be carried out. */
export async function eachByItself<Data>(
  plan: ConsumerPlan,
  carryOut: (data: Data) => Promise<unknown>,
): Promise<ConsumerResult> {
  const connection = await connect(plan.amqp, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  const { see, finished, result } = tally(plan);
  const failed = new Promise<never>((_resolve, reject) => {
    void channel.consume(plan.queue, async message => {
      if (!message) return reject(new Error('cancelled'));
      try {
        await carryOut((JSON.parse(message.content.toString()) as { data: Data }).data);
        channel.ack(message);
        see();
      } catch (error) {
        reject(error);
      }
    });
  });
  await Promise.race([finished, failed]);
  const measured = result();
  await channel.close();
  await connection.close();
  return measured;
}
