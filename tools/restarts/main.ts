/**
 * `npm run restarts -- [--times 300] [--messages 500]`: restarts the consumer of an ordered queue under a backlog, at the
 * broker of AMQP_URL, and looks whether each message is still there, in its place. Exits with 1 when one is not. With
 * `--timeouts 210` it is not restarted, but holds its messages for too long, so often, at a broker of our own.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { connectAmqp } from '#runtime/drivers/amqp/queues.js';
import { amqpUrl, rawAmqp } from '#support/amqp.js';
import { eventually } from '#support/eventually.js';
import { silent } from '#support/silent.js';
import { timeOut } from './timeouts.js';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '300' },
    messages: { type: 'string', default: '500' },
    timeouts: { type: 'string' },
  },
});
const [times, messages] = [Number(values.times), Number(values.messages)];
const bodies = Array.from({ length: messages }, (_, number) => String(number));
if (values.timeouts !== undefined) {
  const found = await timeOut(Number(values.timeouts), bodies);
  process.stdout.write(`${JSON.stringify({ messages, ...found })}\n`);
  process.exit(found.delivered === messages && found.inOrder && found.dead === 0 ? 0 : 1);
}
const url = await amqpUrl();
if (url === undefined) throw new Error('no broker answers at AMQP_URL or on the default port');
const queue = `restarts-${randomBytes(4).toString('hex')}`;
const raw = await rawAmqp(url);
const connect = () => connectAmqp({ urls: [url], name: queue, log: silent, managementUrl: 'off' });

/** Takes all that waits; settles none, unless told so. Answers what it heard. */
async function consumeAll(settle: boolean): Promise<string[]> {
  const queues = connect();
  const heard: string[] = [];
  await queues.consume(queue, { ordered: true, prefetch: messages }, delivery => {
    heard.push(delivery.body);
    if (settle) delivery.ack();
  });
  await eventually('the backlog', () => heard.length >= messages, { within: 10_000, every: 2 }).catch(() => undefined);
  await queues.close();
  return heard;
}

const publisher = connect();
await publisher.declare([{ name: queue, ordered: true }]);
await Promise.all(bodies.map(body => publisher.publish(queue, body)));
await publisher.close();
const since = performance.now();
let restarts = 0;
while (restarts < times && (await consumeAll(false)).length === messages) restarts++;
const left = await consumeAll(true);
const dead = await raw.on(async channel => (await channel.checkQueue(`${queue}.dlq`)).messageCount);
const inOrder = left.length === messages && left.every((body, at) => body === bodies[at]);
await raw.on(async channel => {
  await channel.deleteQueue(queue);
  await channel.deleteQueue(`${queue}.dlq`);
});
await raw.close();
const seconds = ((performance.now() - since) / 1_000).toFixed(1);
const found = { restarts, messages, delivered: left.length, inOrder, dead, seconds: Number(seconds) };
process.stdout.write(`${JSON.stringify(found)}\n`);
process.exitCode = restarts === times && inOrder && dead === 0 ? 0 : 1;
