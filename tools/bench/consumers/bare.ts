/** The least that a consumer can do: take a message, acknowledge it. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { worker } from '../load/worker.js';
import { type ConsumerPlan, type ConsumerResult, PREFETCH, tally } from './consumer.js';

const LAST_ACKS_MS = 1_000;

worker<ConsumerPlan, ConsumerResult>(async plan => {
  const connection = await connect(plan.amqp, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  const { see, finished, result } = tally(plan);
  await channel.consume(plan.queue, message => {
    if (message) channel.ack(message);
    see();
  });
  await finished;
  const measured = result();
  // The broker forgets acknowledgements that are still on their way to a quorum queue when their channel closes.
  await pause(LAST_ACKS_MS);
  await channel.close();
  await connection.close();
  return measured;
});
