/**
 * `npm run shares -- [--partitions 64] [--replicas 3]`: replicas come to the ordered queues of a busy publisher and go
 * again, at the broker of AMQP_URL. Prints who has how many of them, and how many seconds after each coming and going
 * that was so. Exits with 1 when a message was lost or out of order, or shares do not come to be even (before
 * RabbitMQ 4; from there on the broker goes by priorities, and nobody must have all). `again` is how many came twice.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Delivery, Queues } from '#runtime/contract/ports.js';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { amqpUrl, rawAmqp } from '#support/amqp.js';
import { eventually } from '#support/eventually.js';
import { silent } from '#support/silent.js';

const { values } = parseArgs({
  options: { partitions: { type: 'string', default: '64' }, replicas: { type: 'string', default: '3' } },
});
const url = await amqpUrl();
if (url === undefined) throw new Error('no broker answers at AMQP_URL or on the default port');
const name = `shares-${randomBytes(4).toString('hex')}`;
const queues = Array.from({ length: Number(values.partitions) }, (_, part) => `${name}.${part}`);
const connect = (id: string) => connectAmqp({ urls: [url], name: id, log: silent, managementUrl: 'off' });
const raw = await rawAmqp(url);
const version = await raw.on(async channel => String(channel.connection.serverProperties.version));

const heard = new Map(queues.map(queue => [queue, [] as number[]]));
const holders = new Map<string, string>();

async function replica(id: string): Promise<Queues> {
  const connected = connect(id);
  const take = (delivery: Delivery, queue: string) => {
    heard.get(queue)?.push(Number(delivery.body));
    holders.set(queue, id);
    delivery.ack();
  };
  await connected.consume(queues, { ordered: true, prefetch: 100, release: async () => undefined }, take);
  return connected;
}

/** Who has how many, as far as the last message of each queue tells. */
const shares = (of: Iterable<string>) =>
  [...of].map(id => [...holders.values()].filter(holder => holder === id).length);

async function told(what: string, ids: readonly string[]): Promise<void> {
  const since = performance.now();
  // They are handed over in at most 64 lots.
  const slack = Number.parseInt(version, 10) >= 4 ? queues.length - 1 : Math.ceil(queues.length / 64);
  await eventually(
    `even shares when ${what}`,
    () => {
      const sizes = shares(ids);
      return (
        sizes.reduce((sum, size) => sum + size) === queues.length && Math.max(...sizes) - Math.min(...sizes) <= slack
      );
    },
    { within: 120_000 },
  );
  const afterS = Number(((performance.now() - since) / 1_000).toFixed(1));
  process.stdout.write(`${JSON.stringify({ what, shares: shares(ids), afterS })}\n`);
}

const publisher = connect('publisher');
await publisher.declare(queues.map(queue => ({ name: queue, ordered: true })));
let published = 0;
let going = true;
/** What was not confirmed in time is published again, and may be there twice. */
async function publishTo(queue: string, body: string): Promise<void> {
  while (
    !(await publisher.publish(queue, body).then(
      () => true,
      () => false,
    ))
  )
    await pause(100);
}
async function publish(): Promise<void> {
  while (going) {
    published++;
    await Promise.all(queues.map(queue => publishTo(queue, String(published))));
    await pause(5);
  }
}
const publishing = publish();
const running = new Map<string, Queues>();
for (let number = 1; number <= Number(values.replicas); number++) {
  const id = `replica ${number}`;
  running.set(id, await replica(id));
  await told(`${id} has come`, [...running.keys()]);
}
for (const [id, leaving] of [...running].slice(1)) {
  running.delete(id);
  await leaving.close();
  await told(`${id} has gone`, [...running.keys()]);
}
going = false;
await publishing;
const inOrder = (numbers: readonly number[]): boolean => {
  const once = [...new Set(numbers)];
  return once.length === published && once.every((number, at) => number === at + 1);
};
await eventually('every message', () => [...heard.values()].every(inOrder)).catch(() => undefined);
const wrong = [...heard].flatMap(([queue, numbers]) => (inOrder(numbers) ? [] : [queue]));
const messages = published * queues.length;
const again = [...heard.values()].reduce((sum, { length }) => sum + length, 0) - messages;
await Promise.all([...running.values(), publisher].map(each => each.close()));
await raw.on(async channel => {
  for (const queue of queues.flatMap(each => [each, `${each}.dlq`])) await channel.deleteQueue(queue);
});
await raw.close();
process.stdout.write(`${JSON.stringify({ version, messages, again, wrong })}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
