/**
 * Ways at the broker: bindings of one durable direct exchange, whose routing keys name the way and the queue. A way is
 * closed by removing its bindings, and then the broker returns what is published on it, whoever publishes.
 * https://www.rabbitmq.com/docs/publishers#unroutable
 */
import type { Channel, ChannelModel } from 'amqplib';
import type { Way } from '../../contract/ports.js';
import type { OutgoingMessage } from './outbox.js';
import { refusalOf } from './topology.js';

export const WAYS = 'function-runtime.ways';

const keyOnWay = (way: string, queue: string): string => `${way}:${queue}`;
export const queueOnWay = (key: string): string => key.slice(key.indexOf(':') + 1);

/** How a message gets to the queue: on the way, or whatever becomes of ways. */
export const to = (queue: string, way?: string): Pick<OutgoingMessage, 'exchange' | 'routingKey'> =>
  way === undefined ? { routingKey: queue } : { exchange: WAYS, routingKey: keyOnWay(way, queue) };

/** Rejects with what the broker says, as when one of the queues is not there. */
export const openWay = (connection: ChannelModel, way: Way): Promise<void> =>
  change(connection, way, (channel, queue, key) => channel.bindQueue(queue, WAYS, key));

/** Idempotent. */
export const closeWay = (connection: ChannelModel, way: Way): Promise<void> =>
  change(connection, way, (channel, queue, key) => channel.unbindQueue(queue, WAYS, key));

async function change(
  connection: ChannelModel,
  { name, queues }: Way,
  bind: (channel: Channel, queue: string, key: string) => Promise<unknown>,
): Promise<void> {
  const refusal = await refusalOf(connection, async channel => {
    await channel.assertExchange(WAYS, 'direct', { durable: true });
    await Promise.all(queues.map(queue => bind(channel, queue, keyOnWay(name, queue))));
  });
  if (refusal) throw refusal;
}
