/**
 * Facts at the broker: one durable topic exchange a product, whose routing keys are `TYPE.SLOT`. A subscriber's queue gets
 * all slots of a type, each of its partitions those that are its number modulo their count, so that what has one key comes
 * to one partition. https://www.rabbitmq.com/tutorials/amqp-concepts#exchange-topic
 */
import type { ChannelModel } from 'amqplib';
import type { FactBinding, FactTopology, Topic } from '../../contract/ports.js';
import { FACT_SLOTS } from '../../core/partitions.js';
import type { OutgoingMessage } from './outbox.js';
import { refusalOf } from './topology.js';

/** Idempotent; the broker refuses when an exchange of that name exists with other properties. */
export async function assertFacts(connection: ChannelModel, { exchange, bindings }: FactTopology): Promise<void> {
  const refusal = await refusalOf(connection, async channel => {
    await channel.assertExchange(exchange, 'topic', { durable: true });
    const patterns = bindings.flatMap(binding => patternsOf(binding).map(pattern => ({ ...binding, pattern })));
    await Promise.all(patterns.map(({ queue, pattern }) => channel.bindQueue(queue, exchange, pattern)));
  });
  if (refusal) throw refusal;
}

/** A star stands for one word, which a slot is. */
function patternsOf({ type, part, of }: FactBinding): readonly string[] {
  if (of === 1) return [`${type}.*`];
  return Array.from({ length: FACT_SLOTS / of }, (_, at) => `${type}.${part + at * of}`);
}

export const factMessage = ({ exchange, type, slot }: Topic, body: string): OutgoingMessage => ({
  exchange,
  routingKey: `${type}.${slot}`,
  content: Buffer.from(body),
  properties: { contentType: 'application/json' },
  repeat: true,
});
