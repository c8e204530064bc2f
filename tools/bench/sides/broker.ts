/** Queues filled from outside with plain amqplib, and looked into afterwards. */
import { connect } from 'amqplib';
import { assertQueues } from '#runtime/drivers/amqp/topology.js';

/** Publishes all of them, persistent, and resolves when the broker has confirmed every one. */
export async function fill(amqp: string, queue: string, bodies: Iterable<string>): Promise<void> {
  const connection = await connect(amqp, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  let count = 0;
  for (const body of bodies) {
    channel.sendToQueue(queue, Buffer.from(body), { persistent: true, contentType: 'application/json' });
    if (++count % 2_000 === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await channel.close();
  await connection.close();
}

/** How many wait in the queue: ready ones, and all others as soon as their consumer is gone. */
export async function waitingIn(amqp: string, queue: string): Promise<number> {
  const connection = await connect(amqp, { noDelay: true });
  try {
    const channel = await connection.createChannel();
    return (await channel.checkQueue(queue)).messageCount;
  } finally {
    await connection.close();
  }
}

/** The very queue that our images would make. */
export async function declareAsOurs(amqp: string, name: string): Promise<void> {
  const connection = await connect(amqp, { noDelay: true });
  await assertQueues(connection, [{ name, ordered: false }]);
  await connection.close();
}

/** A durable queue of another kind. */
export async function declare(amqp: string, queue: string, options: Readonly<Record<string, unknown>>): Promise<void> {
  const connection = await connect(amqp, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.assertQueue(queue, { durable: true, arguments: options });
  await connection.close();
}
