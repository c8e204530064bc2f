/** The least that a consumer can do: take a message, acknowledge it. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { worker } from '../load/worker.js';
import { countCpu } from '../measure/cpu.js';
import { type ConsumerPlan, type ConsumerResult, measureConsumer, PREFETCH } from './consumer.js';

const LAST_ACKS_MS = 1_000;

worker<ConsumerPlan, ConsumerResult>(async plan => {
  const connection = await connect(plan.amqp, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.prefetch(PREFETCH);
  const result = measureConsumer(countCpu(plan.watched));
  let count = 0;
  await new Promise<void>(resolve => {
    void channel.consume(plan.queue, message => {
      if (message) channel.ack(message);
      if (++count === plan.count) resolve();
    });
  });
  const measured = result();
  // The broker forgets acknowledgements that are still on their way to a quorum queue when their channel closes.
  await pause(LAST_ACKS_MS);
  await channel.close();
  await connection.close();
  return measured;
});
