/**
 * The physical queues: durable, replicated (quorum), each with its dead-letter queue `NAME.dlq`.
 * Asserting them is idempotent; the broker refuses when a queue of that name exists with other properties.
 */
import type { Channel, ChannelModel } from 'amqplib';
import { closeChannel, listening } from './channel.js';
import { messageOf } from './supervise.js';

export interface QueueShape {
  readonly name: string;
  readonly ordered: boolean;
}

/** People look at dead letters and put them back; from RabbitMQ 4 on, a queue drops what was put back twenty times. */
const NO_LIMIT = 1_000_000_000;

/** Consumers that die with the same message so often never get over it. */
const DELIVERY_LIMIT = 200;

export const deadLetterQueue = (queue: string): string => `${queue}.dlq`;

export async function assertQueue(channel: Channel, { name, ordered }: QueueShape): Promise<void> {
  await channel.assertQueue(deadLetterQueue(name), {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': NO_LIMIT },
  });
  await channel.assertQueue(name, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      // With a limit a quorum queue returns messages to its head; without one, to its tail.
      'x-delivery-limit': DELIVERY_LIMIT,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': deadLetterQueue(name),
      // At-least-once dead lettering asks for reject-publish.
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      ...(ordered && { 'x-single-active-consumer': true }),
    },
  });
}

/** All at the same time. */
export async function assertQueues(connection: ChannelModel, queues: Iterable<QueueShape>): Promise<void> {
  await Promise.all([...queues].map(queue => assertAlone(connection, queue)));
}

/** On a channel of its own, since the broker closes the channel on which it refuses. */
async function assertAlone(connection: ChannelModel, queue: QueueShape): Promise<void> {
  let refusal: string | undefined;
  const channel = listening(await connection.createChannel(), reason => {
    refusal ??= reason;
  });
  try {
    await assertQueue(channel, queue);
  } catch (error) {
    throw new Error(refusal ?? messageOf(error), { cause: error });
  }
  await closeChannel(channel);
}
