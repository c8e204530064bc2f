/**
 * Publishes to every physical queue, reads what comes into the dead-letter queues meanwhile, and in the end asks of each
 * message where it went: garbage must be dead, whole and with its reason, and a good message must be in the database.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import amqplib, { type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { eventually } from '#support/eventually.js';
import type { Attack } from './attack.js';
import { PHYSICAL } from './events.js';
import type { Findings } from './findings.js';
import { type QueueInput, queueInput, TOKEN } from './queue-input.js';

const BURST = 20;
/** What waits in all queues together before publishing pauses, so that the bystanders are not queued behind it for long. */
const BACKLOG = 100;
const SETTLED_WITHIN_MS = 60_000;

type Sent = QueueInput & { readonly number: number; readonly digest: string };

export async function attackQueues(attack: Attack): Promise<void> {
  const services = attack.deployment.services!;
  const connection = await amqplib.connect(services.amqp, { noDelay: true });
  try {
    const channel = await connection.createConfirmChannel();
    const dead = await readDead(channel, attack.findings);
    const sent = await publish(attack, channel);
    const missing = () => unaccounted(sent, dead, services.query);
    const settled = async () => (await backlog(channel)) === 0 && (await missing()).length === 0;
    await eventually('everything is accounted for', settled, { within: SETTLED_WITHIN_MS, every: 500 }).catch(() => {});
    for (const { input, what } of await missing()) {
      const suspect = { target: 'queues', input: input.number, about: input.about, bytes: input.bytes };
      attack.findings.add(what, `on ${input.queue}`, suspect);
    }
    if ((await backlog(channel)) > 0) attack.findings.add('queues that do not run empty', '');
  } finally {
    await connection.close();
  }
}

async function publish(attack: Attack, channel: ConfirmChannel): Promise<Sent[]> {
  const sent: Sent[] = [];
  const numbers = attack.numbers(0, 1);
  for (let next = numbers.next(); !next.done; ) {
    for (let count = 0; count < BURST && !next.done; count++, next = numbers.next()) {
      const input = queueInput(attack.world, attack.random('queues', next.value), next.value);
      attack.trace('>', `${input.queue} ${input.bytes.toString('latin1')}`);
      channel.sendToQueue(input.queue, input.bytes, input.properties);
      // The bytes of the long ones are not needed any more.
      sent.push({ ...input, bytes: input.bytes.subarray(0, 4_000), digest: digestOf(input.bytes), number: next.value });
      attack.count('queues', input.dead ? 'garbage' : 'nearly good');
    }
    await channel.waitForConfirms();
    while ((await backlog(channel)) > BACKLOG) await pause(20);
  }
  return sent;
}

interface Dead {
  readonly digests: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
}

async function readDead(channel: ConfirmChannel, findings: Findings): Promise<Dead> {
  const [digests, tokens] = [new Set<string>(), new Set<string>()];
  const hear = (message: ConsumeMessage | null): void => {
    if (!message) return;
    const { content, properties } = message;
    digests.add(digestOf(content));
    for (const [token] of content.toString('latin1').matchAll(TOKEN)) tokens.add(token);
    if (!properties.headers?.['x-reason']) findings.add('a dead letter without a reason', content.toString('latin1'));
  };
  for (const [queue] of PHYSICAL) await channel.consume(`${queue}.dlq`, hear, { noAck: true });
  return { digests, tokens };
}

async function backlog(channel: ConfirmChannel): Promise<number> {
  const counts = await Promise.all(
    PHYSICAL.flatMap(([queue]) => [queue, `${queue}.dlq`]).map(queue => channel.checkQueue(queue)),
  );
  return counts.reduce((sum, { messageCount }) => sum + messageCount, 0);
}

type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

async function unaccounted(sent: readonly Sent[], dead: Dead, query: Query) {
  const rows = await query<{ id: string; client_id: string }>('select id::text, client_id from messages');
  const stored = new Set(rows.flatMap(row => [row.id, row.client_id]));
  return sent.flatMap(input => {
    if (input.dead && !dead.digests.has(input.digest))
      return [{ input, what: 'garbage that is not dead, or not whole' }];
    const lost = input.tokens.some(token => !dead.tokens.has(token) && !stored.has(token));
    return lost ? [{ input, what: 'neither dead nor stored' }] : [];
  });
}

const digestOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('base64');
