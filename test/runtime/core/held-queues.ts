/** A publisher of things and of facts, and queues that confirm when they are told to. */

import { event } from '#runtime/contract/event-type.js';
import type { Failure } from '#runtime/contract/failure.js';
import type { Fanout, Queues } from '#runtime/contract/ports.js';
import { fact, type QueueSpec, route } from '#runtime/contract/route.js';
import { createPublisher } from '#runtime/core/publisher.js';
import { targetsOf } from '#runtime/core/targets.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { NOW } from '#runtime/testing/context.js';

export const thing = event<{ readonly of: string; readonly n: number }>('thing.v1');
export const other = event<unknown, unknown>('t');
export const happened = event<{ readonly of: string; readonly n: number }>('happened.v1');
export const ended = event<{ readonly of: string; readonly n: number }>('ended.v1');
const search = { name: 'search', partitions: 4 };

interface Options extends Partial<Pick<Parameters<typeof createPublisher>[0], 'metrics' | 'tracer'>> {
  readonly replyWithinMs?: number;
  readonly subscribers?: readonly QueueSpec[];
}

export function publisherOn(
  queues: Queues,
  fanout: Pick<Fanout, 'address' | 'onReply'> = memoryFanout(),
  { replyWithinMs = 1_000, subscribers = [search], ...watching }: Options = {},
) {
  let ids = 0;
  const [things, others] = [
    { name: 'things', partitions: 2 },
    { name: 'others', partitions: 0 },
  ];
  const targets = targetsOf({
    name: 'test',
    queues: [things, others],
    routes: [route(thing, { queue: things, key: 'of' }), route(other, { queue: others, replyWithinMs })],
    facts: { exchange: 'facts', facts: [happened, ended].map(each => fact(each, { key: 'of', subscribers })) },
  });
  return createPublisher({
    queues,
    fanout,
    targets,
    source: '/test',
    newId: () => `id-${++ids}`,
    now: () => NOW,
    ...watching,
  });
}

/** Queues that record what is published and confirm when they are told to. */
export function heldQueues() {
  const published: { queue: string; body: string; replyTo: unknown; confirm(): void; refuse(why: Failure): void }[] =
    [];
  let receive: (answers: readonly unknown[]) => void = () => {};
  const queues: Queues = {
    name: 'held',
    state: () => 'up',
    close: async () => {},
    declare: async () => {},
    publish: (queue, body, { replyTo } = {}) =>
      new Promise((confirm, refuse) => published.push({ queue, body, replyTo: replyTo?.address, confirm, refuse })),
    openWay: async () => {},
    closeWay: async () => {},
    append: async () => {},
    follow: () => {},
    bind: async () => {},
    announce: ({ exchange, type, slot }, body) =>
      new Promise((confirm, refuse) => {
        published.push({ queue: `${exchange} ${type} ${slot}`, body, replyTo: undefined, confirm, refuse });
      }),
    consume: async () => ({ cancel: async () => {} }),
    depths: async () => [],
  };
  const fanout: Pick<Fanout, 'address' | 'onReply'> = {
    address: () => 'here',
    onReply: listener => {
      receive = listener;
    },
  };
  return { queues, fanout, published, answer: (answers: object[]) => receive(answers) };
}

export const turn = () => new Promise(resolve => setImmediate(() => setImmediate(resolve)));
