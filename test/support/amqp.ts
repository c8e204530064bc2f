/** The RabbitMQ that tests may use, if there is one, and what they do to it behind the driver's back. */
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { ANSWER_MS } from './patience.js';

const DEFAULT_URL = 'amqp://guest:guest@127.0.0.1:5672';

/** Where a broker answers; undefined when none does. */
export async function amqpUrl(): Promise<string | undefined> {
  const url = process.env.AMQP_URL ?? DEFAULT_URL;
  try {
    const connection = await connect(url, { timeout: ANSWER_MS });
    await connection.close();
    return url;
  } catch {
    return undefined;
  }
}

export interface RawAmqp {
  /** Runs on a channel of its own, so that what the broker refuses harms nobody else. */
  on<Result>(work: (channel: Channel) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export async function rawAmqp(url: string): Promise<RawAmqp> {
  const connection: ChannelModel = await connect(url, { noDelay: true, timeout: ANSWER_MS });
  connection.on('error', () => undefined);
  return {
    async on(work) {
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      try {
        return await work(channel);
      } finally {
        await channel.close().catch(() => undefined);
      }
    },
    close: () => connection.close(),
  };
}

/** Of an ordered queue. */
export const currentArguments = (name: string, deliveryLimit = 1_000_000_000) => ({
  ...{ 'x-queue-type': 'quorum', 'x-delivery-limit': deliveryLimit, 'x-dead-letter-exchange': '' },
  ...{ 'x-dead-letter-routing-key': `${name}.dlq`, 'x-dead-letter-strategy': 'at-least-once' },
  ...{ 'x-overflow': 'reject-publish', 'x-single-active-consumer': true },
});

/** An ordered queue as version 0.1.0 declared it. */
export const declareFormer = (channel: Channel, name: string) =>
  channel.assertQueue(name, { durable: true, arguments: currentArguments(name, 200) });

/**
 * What a broker with an alarm says, as it does on the wire: method frames on channel 0 of connection.blocked (10, 60),
 * with a reason, and connection.unblocked (10, 61). https://www.rabbitmq.com/docs/connection-blocked
 */
const method = (id: number, args = Buffer.alloc(0)): Buffer =>
  Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, args.length + 4, 0, 10, 0, id]), args, Buffer.from([0xce])]);
export const BLOCKED = method(60, Buffer.from('\x0dlow on memory'));
export const UNBLOCKED = method(61);
