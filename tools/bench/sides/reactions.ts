/**
 * 50,000 reactions of a group's 100 members to one message, taken from their queue: folded by changeMessage, or carried out
 * one by one, each with a transaction and an event of its own. Whoever reacts takes it back later, so that each changes
 * something, and what is left is known.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { messageChange } from '#functions/domain/events.js';
import { queues } from '#functions/services/queues.js';
import { physicalQueueOf } from '#runtime/core/partitions.js';
import type { Figures, Side } from '../bench-case.js';
import type { ConsumerPlan, ConsumerResult } from '../consumers/consumer.js';
import { inProcess } from '../load/worker.js';
import { type CpuUse, countCpu } from '../measure/cpu.js';
import type { Stage } from '../stage.js';
import { declareAsOurs, fill } from './broker.js';
import { ONE_OF_EACH } from './fleet.js';
import { chats, type Person, people } from './population.js';

const MEMBERS = 100;
const EMOJI = ['❤️', '👍', '😂'];
/** Everybody gives each emoji once, and takes it back. */
const TURN = MEMBERS * EMOJI.length;
const REACTIONS = 50_000;
/** How many a gateway publishes in one message when it is busy. */
const TOGETHER = 64;
/** One by one they take so much longer that a part of them must do. */
const PEER_SHARE = 0.04;
const PEER_QUEUE = 'bench.reactions';
const WITHIN_MS = 100_000;

const MESSAGE = `
insert into messages (chat_id, seq, id, client_id, sender_id, body, sent_at)
select c.id, c.last_seq + 1, gen_random_uuid(), 'm' || c.last_seq + 1, $2, 'What do you think?', now() from chats c where c.id = $1
returning seq::int`;

const COUNT = 'update chats set last_seq = last_seq + 1 where id = $1';

const LEFT = `
select count(*)::int as rows, coalesce(bool_or(user_id = $3 and emoji = $4), false) as last
from reactions where chat_id = $1 and seq = $2`;

async function prepare(stage: Stage) {
  const lease = await stage.fleet(ONE_OF_EACH);
  if ('missing' in lease) return lease;
  const services = lease.deployment.services!;
  const everybody = await people(lease.deployment, MEMBERS);
  const [chatId = ''] = await chats(services, [everybody]);

  /** A message that nobody has reacted to yet, and so many reactions to it, of which the last one is told by its emoji. */
  async function wishes(count: number) {
    const [{ seq } = { seq: 0 }] = await services.query<{ seq: number }>(MESSAGE, [chatId, everybody[0]?.id]);
    await services.query(COUNT, [chatId]);
    const all = Array.from({ length: count }, (_, n) => wish(chatId, seq, everybody, n, n === count - 1));
    const rest = (count - 1) % (2 * TURN);
    const expected = 1 + (rest <= TURN ? rest : 2 * TURN - rest);
    const left = async () => {
      const [row] = await services.query<{ rows: number; last: boolean }>(LEFT, [
        ...[chatId, seq, all.at(-1)?.data.userId, all.at(-1)?.data.emoji],
      ]);
      return row ?? { rows: 0, last: false };
    };
    return {
      all,
      done: async () => (await left()).last,
      async check() {
        const { rows } = await left();
        if (rows !== expected) throw new Error(`${rows} reactions are left, and not ${expected}`);
      },
    };
  }
  return { lease, services, chatId, wishes };
}

function wish(chatId: string, seq: number, everybody: readonly Person[], n: number, last: boolean) {
  const at = new Date().toISOString();
  const given = { emoji: EMOJI[Math.floor(n / MEMBERS) % EMOJI.length]!, on: n % (2 * TURN) < TURN };
  const data = { kind: 'react', chatId, seq, userId: everybody[n % MEMBERS]!.id, at };
  return {
    ...{ specversion: '1.0', id: `${seq}-${n}`, source: '/bench', type: messageChange.type },
    data: { ...data, ...(last ? { emoji: '🏁', on: true } : given) },
  };
}

const figures = (count: number, cpu: CpuUse, workUs: number): Figures => {
  const each = (us = 0) => us / count;
  const { PostgreSQL, RabbitMQ, Redis } = cpu.us;
  return {
    values: {
      'reactions/s': count / cpu.seconds,
      'server CPU µs/reaction': each(workUs + (PostgreSQL ?? 0)),
    },
    cpu: { worker: each(workUs), PostgreSQL: each(PostgreSQL), RabbitMQ: each(RabbitMQ), Redis: each(Redis) },
    otherCores: cpu.otherCores,
  };
};

export const foldedReactionsSide: Side = {
  name: 'ours',
  async open(stage) {
    const ready = await prepare(stage);
    if ('missing' in ready) return ready;
    const { lease, services, chatId, wishes } = ready;
    const storing = lease.deployment.one('chat-svc');
    return {
      async round({ scale }) {
        const { all, done, check } = await wishes(Math.round(REACTIONS * scale));
        // Held still while its queue is filled, so that what is timed is its work and not ours.
        storing.signal('SIGSTOP');
        const queue = physicalQueueOf(queues.changes, chatId);
        await fill(services.amqp, queue, together(all)).finally(() => storing.signal('SIGCONT'));
        const count = countCpu(lease.watched);
        const began = Date.now();
        while (!(await done()) && Date.now() - began < WITHIN_MS) await pause(5);
        const cpu = count();
        await check();
        return figures(all.length, cpu, cpu.us['chat-svc'] ?? 0);
      },
      close: lease.close,
    };
  },
};

function* together(wishes: readonly unknown[]): Generator<string> {
  for (let start = 0; start < wishes.length; start += TOGETHER) {
    yield JSON.stringify(wishes.slice(start, start + TOGETHER));
  }
}

export const plainReactionsSide: Side = {
  name: 'one UPDATE and one event each',
  async open(stage) {
    const ready = await prepare(stage);
    if ('missing' in ready) return ready;
    const { lease, services, wishes } = ready;
    const { amqp, dsn, redis } = services;
    await declareAsOurs(amqp, PEER_QUEUE);
    return {
      async round({ scale }) {
        const { all, check } = await wishes(Math.max(TURN, Math.round(REACTIONS * scale * PEER_SHARE)));
        await fill(
          amqp,
          PEER_QUEUE,
          all.map(each => JSON.stringify(each)),
        );
        const { PostgreSQL = [], RabbitMQ = [], Redis = [] } = lease.watched;
        const plan = { amqp, dsn, redis, queue: PEER_QUEUE, warm: 0, count: all.length, batch: 1 };
        const { cpu, consumerUs } = await inProcess<ConsumerPlan, ConsumerResult>(
          new URL('../consumers/reactions.js', import.meta.url),
          { ...plan, watched: { PostgreSQL, RabbitMQ, Redis } },
        );
        await check();
        return figures(all.length, cpu, consumerUs);
      },
      close: lease.close,
    };
  },
};
