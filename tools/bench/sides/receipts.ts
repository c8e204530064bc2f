/** 100,000 read receipts over 1,000 chats, taken from their queue: folded by our presence service, or an UPDATE each. */
import { setTimeout as pause } from 'node:timers/promises';
import { messageRead } from '#functions/domain/events.js';
import { queues } from '#functions/services/queues.js';
import type { Side } from '../bench-case.js';
import type { ConsumerPlan, ConsumerResult } from '../consumers/consumer.js';
import { inProcess } from '../load/worker.js';
import { countCpu } from '../measure/cpu.js';
import type { Stage } from '../stage.js';
import { declareAsOurs, fill } from './broker.js';
import { ONE_OF_EACH } from './fleet.js';
import { chats, type Person, people } from './population.js';

const CHATS = 1_000;
const RECEIPTS_A_CHAT = 100;
/** How many a gateway publishes in one message when it is busy. */
const TOGETHER = 64;
/** One UPDATE each takes so much longer that a part of them must do. */
const PEER_SHARE = 0.05;
const PEER_QUEUE = 'bench.receipts';
const WITHIN_MS = 60_000;

interface Receipt {
  readonly chatId: string;
  readonly userId: string;
  readonly seq: number;
}

const event = (data: Receipt, at: number) => ({
  ...{ specversion: '1.0', id: `receipt-${at}`, source: '/bench', type: messageRead.type, data },
});

async function prepare(stage: Stage) {
  const lease = await stage.fleet(ONE_OF_EACH);
  if ('missing' in lease) return lease;
  const services = lease.deployment.services!;
  const everybody = await people(lease.deployment, CHATS + 1);
  const [writer, ...readers] = everybody as [Person, ...Person[]];
  const chatIds = await chats(
    services,
    readers.map(reader => [writer, reader]),
  );
  await services.query('update chats set last_seq = $2 where id = any ($1::uuid[])', [chatIds, RECEIPTS_A_CHAT]);
  /** Chat by chat they would fold too easily: every chat's first, every chat's second, and so on. */
  const receipts = (count: number): Receipt[] =>
    Array.from({ length: count }, (_, at) => {
      const chat = at % CHATS;
      return { chatId: chatIds[chat]!, userId: readers[chat]!.id, seq: 1 + Math.floor(at / CHATS) };
    });
  const forget = () => services.query('update members set read_seq = 0 where chat_id = any ($1::uuid[])', [chatIds]);
  const moved = async (): Promise<number> => {
    const [row] = await services.query<{ sum: number }>(
      'select sum(read_seq)::int as sum from members where chat_id = any ($1::uuid[])',
      [chatIds],
    );
    return row?.sum ?? 0;
  };
  return { lease, services, receipts, forget, moved };
}

export const foldingSide: Side = {
  name: 'ours',
  async open(stage) {
    const ready = await prepare(stage);
    if ('missing' in ready) return ready;
    const { lease, services, receipts, forget, moved } = ready;
    const presence = lease.deployment.one('presence-svc');
    return {
      async round({ scale }) {
        const all = receipts(CHATS * RECEIPTS_A_CHAT * scale);
        const wanted = (CHATS * all.length) / CHATS;
        await forget();
        // Held still while its queue is filled, so that what is timed is its work and not ours.
        presence.signal('SIGSTOP');
        await fill(services.amqp, queues.read.name, messages(all)).finally(() => presence.signal('SIGCONT'));
        const count = countCpu(lease.watched);
        const began = Date.now();
        while ((await moved()) < wanted && Date.now() - began < WITHIN_MS) await pause(5);
        const cpu = count();
        if ((await moved()) !== wanted) throw new Error(`watermarks stand at ${await moved()} and not at ${wanted}`);
        const { 'presence-svc': own = 0, PostgreSQL = 0, RabbitMQ = 0, Redis = 0 } = cpu.us;
        const each = (us: number) => us / all.length;
        return {
          values: { 'receipts/s': all.length / cpu.seconds, 'server CPU µs/receipt': each(own + PostgreSQL) },
          cpu: {
            ...{ 'presence-svc': each(own), PostgreSQL: each(PostgreSQL) },
            ...{ RabbitMQ: each(RabbitMQ), Redis: each(Redis) },
          },
          otherCores: cpu.otherCores,
        };
      },
      close: lease.close,
    };
  },
};

function* messages(receipts: readonly Receipt[]): Generator<string> {
  for (let start = 0; start < receipts.length; start += TOGETHER) {
    yield JSON.stringify(receipts.slice(start, start + TOGETHER).map(event));
  }
}

export const updatesSide: Side = {
  name: 'one UPDATE each',
  async open(stage) {
    const ready = await prepare(stage);
    if ('missing' in ready) return ready;
    const { lease, services, receipts, forget, moved } = ready;
    const { amqp, dsn } = services;
    await declareAsOurs(amqp, PEER_QUEUE);
    return {
      async round({ scale }) {
        const all = receipts(CHATS * RECEIPTS_A_CHAT * scale * PEER_SHARE);
        await forget();
        await fill(
          amqp,
          PEER_QUEUE,
          all.map(event).map(each => JSON.stringify(each)),
        );
        const { PostgreSQL = [], RabbitMQ = [] } = lease.watched;
        const plan = {
          amqp,
          dsn,
          queue: PEER_QUEUE,
          warm: 0,
          count: all.length,
          batch: 1,
          watched: { PostgreSQL, RabbitMQ },
        };
        const { cpu, consumerUs } = await inProcess<ConsumerPlan, ConsumerResult>(
          new URL('../consumers/updates.js', import.meta.url),
          plan,
        );
        if ((await moved()) !== all.length) throw new Error(`watermarks stand at ${await moved()}`);
        const each = (us = 0) => us / all.length;
        return {
          values: {
            'receipts/s': all.length / cpu.seconds,
            'server CPU µs/receipt': each(consumerUs + (cpu.us.PostgreSQL ?? 0)),
          },
          cpu: { consumer: each(consumerUs), PostgreSQL: each(cpu.us.PostgreSQL), RabbitMQ: each(cpu.us.RabbitMQ) },
        };
      },
      close: lease.close,
    };
  },
};
