/**
 * A consumer that holds its messages for longer than a broker of our own lets it (`consumer_timeout`), as one does whose
 * database is away for half an hour: again and again, then it settles them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { rawAmqp } from '#support/amqp.js';
import { eventually } from '#support/eventually.js';
import { silent } from '#support/silent.js';
import { rabbitMq } from '#tools/chaos/world/rabbitmq.js';

const QUEUE = 'timeouts';
/** Half an hour by default, looked at once a minute. */
const SOON =
  'application:set_env(rabbit, consumer_timeout, 500), application:set_env(rabbit, channel_tick_interval, 200).';

export interface TimedOut {
  readonly version: string;
  readonly timeouts: number;
  readonly delivered: number;
  readonly inOrder: boolean;
  readonly dead: number;
}

export async function timeOut(timeouts: number, bodies: readonly string[]): Promise<TimedOut> {
  const folder = await mkdtemp(join(tmpdir(), 'minitelegram-timeouts-'));
  const broker = await rabbitMq(folder);
  try {
    await broker.start();
    await broker.ctl('await_startup');
    await broker.ctl('eval', SOON);
    const queues = connectAmqp({ urls: [broker.url], name: QUEUE, log: silent, managementUrl: 'off' });
    await queues.declare([{ name: QUEUE, ordered: true }]);
    await Promise.all(bodies.map(body => queues.publish(QUEUE, body)));
    let deliveries = 0;
    let settle = false;
    const left: string[] = [];
    await queues.consume(QUEUE, { ordered: true, prefetch: bodies.length }, delivery => {
      if (delivery.body === bodies[0]) deliveries++;
      if (!settle) return;
      left.push(delivery.body);
      delivery.ack();
    });
    await eventually(`${timeouts} timeouts`, () => deliveries > timeouts, {
      within: 10_000 * (timeouts + 6),
      every: 50,
    });
    settle = true;
    const once = () => [...new Set(left)];
    await eventually('the end', () => once().length === bodies.length, { within: 60_000 }).catch(() => undefined);
    const raw = await rawAmqp(broker.url);
    const [dead, version] = await raw.on(async channel => {
      const { messageCount } = await channel.checkQueue(`${QUEUE}.dlq`);
      return [messageCount, String(channel.connection.serverProperties.version)] as const;
    });
    await raw.close();
    await queues.close();
    const inOrder = once().join() === bodies.join();
    return { version, timeouts: deliveries - 1, delivered: once().length, inOrder, dead };
  } finally {
    await broker.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
