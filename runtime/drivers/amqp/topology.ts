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
  /** The queue whose dead-letter queue is this one's as well; its own unless told otherwise. */
  readonly dead?: string;
}

/**
 * More often than a message is ever delivered. The broker counts a delivery as failed when its channel closes, as at
 * every restart, and dead-letters the message past the limit, though nothing is wrong with it. RabbitMQ 3 has no limit
 * unless it is given one, RabbitMQ 4 has 20; a negative one means none to RabbitMQ 4, and to 3.10 that the first failure
 * is one too many. This number means the same to all of them.
 */
const NO_LIMIT = 1_000_000_000;

/** What version 0.1.0 declared. A queue keeps its arguments for as long as it lives: see `upgradeQueue`. */
const FORMER_LIMIT = 200;

export const deadLetterQueue = (queue: string): string => `${queue}.dlq`;

export async function assertQueue(
  channel: Channel,
  { name, ordered, dead = name }: QueueShape,
  deliveryLimit = NO_LIMIT,
): Promise<void> {
  await channel.assertQueue(deadLetterQueue(dead), {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': NO_LIMIT },
  });
  await channel.assertQueue(name, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': deliveryLimit,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': deadLetterQueue(dead),
      // At-least-once dead lettering asks for reject-publish.
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      ...(ordered && { 'x-single-active-consumer': true }),
    },
  });
}

/** All at the same time. Answers those that an older version declared, which are used as they are. */
export async function assertQueues(connection: ChannelModel, queues: Iterable<QueueShape>): Promise<readonly string[]> {
  const asserted = await Promise.all(
    [...queues].map(async queue => ((await isFormer(connection, queue)) ? [queue.name] : [])),
  );
  return asserted.flat();
}

/** Whether the queue is there with the former arguments, and not with those of today; throws when with neither. */
export async function isFormer(connection: ChannelModel, queue: QueueShape): Promise<boolean> {
  const refusal = await refusalOf(connection, channel => assertQueue(channel, queue));
  if (refusal === undefined) return false;
  if ((await refusalOf(connection, channel => assertQueue(channel, queue, FORMER_LIMIT))) === undefined) return true;
  throw refusal;
}

/** Asks on a channel of its own, since the broker closes the channel on which it refuses. */
export async function refusalOf(
  connection: ChannelModel,
  ask: (channel: Channel) => Promise<void>,
): Promise<Error | undefined> {
  let reason: string | undefined;
  try {
    const channel = listening(await connection.createChannel(), told => {
      reason ??= told;
    });
    await ask(channel);
    await closeChannel(channel);
    return undefined;
  } catch (error) {
    return new Error(reason ?? messageOf(error), { cause: error });
  }
}
