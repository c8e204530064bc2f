/**
 * Finds out by trying whether a policy harms queues of such a name, for brokers whose management API does not answer:
 * a queue of the same kind is made, filled, looked at and deleted. It finds policies whose pattern takes the longer name
 * in as well, as a catch-all does, and of limits those that are reached within some seconds.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { closeChannel, listening } from './channel.js';
import { messageOf } from './supervise.js';

const MESSAGES = 8;
const RETURNS = 32;
const WAIT_MS = 3_000;
/** It goes by itself when its process died. */
const EXPIRES_MS = 60_000;

export type Harm = 'overflow' | 'delivery-limit, message-ttl or expires';

/** Rejects when it cannot be tried, as without the permission to make such a queue. */
export async function probePolicies(connection: ChannelModel, name: string): Promise<readonly Harm[]> {
  const queue = `${name}.probe-${randomBytes(4).toString('hex')}`;
  let reason: string | undefined;
  const channel = listening(await connection.createConfirmChannel(), told => {
    reason ??= told;
  });
  try {
    await channel.assertQueue(queue, {
      durable: true,
      arguments: {
        ...{ 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', 'x-max-length': 1 },
        ...{ 'x-delivery-limit': RETURNS * 2, 'x-expires': EXPIRES_MS },
      },
    });
    const [refused, left] = await fill(channel, queue);
    const dropped = refused === 0 && left < MESSAGES;
    const ended = (await isGoneAfterReturns(channel, queue)) || (await isGoneAfterTime(channel, queue));
    return [
      ...(dropped ? ['overflow' as const] : []),
      ...(ended ? ['delivery-limit, message-ttl or expires' as const] : []),
    ];
  } catch (error) {
    throw new Error(reason ?? messageOf(error), { cause: error });
  } finally {
    if (reason === undefined) await channel.deleteQueue(queue).catch(() => undefined);
    await closeChannel(channel);
  }
}

/** How many of the messages were refused, and how many were there afterwards; one is there again in the end. */
async function fill(channel: ConfirmChannel, queue: string): Promise<readonly [refused: number, left: number]> {
  const publish = (): Promise<boolean> =>
    new Promise(resolve => {
      channel.sendToQueue(queue, Buffer.from('probe'), { persistent: true }, error => resolve(!error));
    });
  let refused = 0;
  for (let sent = 0; sent < MESSAGES; sent++) if (!(await publish())) refused++;
  let left = 0;
  while ((await channel.get(queue, { noAck: true })) !== false) left++;
  await publish();
  return [refused, left];
}

async function isGoneAfterReturns(channel: ConfirmChannel, queue: string): Promise<boolean> {
  for (let returned = 0; returned < RETURNS; returned++) {
    const message = await channel.get(queue);
    if (message === false) return true;
    channel.nack(message, false, true);
  }
  return false;
}

async function isGoneAfterTime(channel: ConfirmChannel, queue: string): Promise<boolean> {
  await sleep(WAIT_MS, undefined, { ref: false });
  const message = await channel.get(queue).catch(error => {
    if ((error as { code?: number }).code === 404) return false as const;
    throw error;
  });
  return message === false;
}
