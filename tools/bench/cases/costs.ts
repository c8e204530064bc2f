/**
 * What promises cost: each is switched off from outside, where that can be done without code for it in the product, and
 * the system with it stands beside the one without it. Ratios are with to without. What the membership check and the
 * number of partitions cost cannot be seen like that: the product has no switch for them.
 */
import type { Deployment } from '#support/deployment.js';
import type { Case } from '../bench-case.js';
import { brokerSide, CLASSIC, QUORUM, UNORDERED } from '../sides/broker-only.js';
import { chatSide, type Talk } from '../sides/chat.js';

const busy: Talk = { chats: 50, members: 2, inFlight: 32 };
const paced: Talk = { chats: 50, members: 2, inFlight: 0, rate: 500 };
const PUBLISHING = { inFlight: 500 };

/** Takes effect with new connections, so chat-svc is replaced. */
async function withoutWaitingForDisk(deployment: Deployment): Promise<void> {
  const services = deployment.services!;
  const database = new URL(services.dsn).pathname.slice(1);
  await services.query(`alter database ${database} set synchronous_commit = off`);
  await deployment.one('chat-svc').stop();
  await deployment.start('chat-svc');
}

const unwaited = { name: 'synchronous_commit off', change: withoutWaitingForDisk };

const cost = (rest: Pick<Case, 'name' | 'summary' | 'ours' | 'peer'>): Case => ({
  ...rest,
  unit: 'message',
  goals: [],
});

export const costs: readonly Case[] = [
  cost({
    name: 'fsync-busy',
    summary: 'Durable in PostgreSQL: 50 pairs, 32 in flight, the commit on disk before it is answered, or not',
    ours: chatSide(busy),
    peer: chatSide(busy, unwaited),
  }),
  cost({
    name: 'fsync-paced',
    summary: 'Durable in PostgreSQL: 500 messages a second',
    ours: chatSide(paced),
    peer: chatSide(paced, unwaited),
  }),
  cost({
    name: 'stored-paced',
    summary: 'Acknowledged as stored, with its seq, or as confirmed by the broker alone: 500 messages a second',
    ours: chatSide(paced),
    peer: brokerSide(QUORUM, { rate: 500 }, 'confirmed'),
  }),
  cost({
    name: 'quorum-busy',
    summary: 'Durable in the broker: quorum queues or classic durable ones, bare amqplib, 500 in flight',
    ours: brokerSide(QUORUM, PUBLISHING),
    peer: brokerSide(CLASSIC, PUBLISHING),
  }),
  cost({
    name: 'quorum-paced',
    summary: 'Durable in the broker: the same at 500 messages a second',
    ours: brokerSide(QUORUM, { rate: 500 }),
    peer: brokerSide(CLASSIC, { rate: 500 }),
  }),
  cost({
    name: 'order-busy',
    summary: 'Ordered: quorum queues with a single active consumer or without, bare amqplib, 500 in flight',
    ours: brokerSide(QUORUM, PUBLISHING),
    peer: brokerSide(UNORDERED, PUBLISHING),
  }),
];
