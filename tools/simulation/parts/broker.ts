/**
 * The simulated broker, as RabbitMQ is to amqplib: publishes are confirmed once they are stored, which takes a moment
 * and is in order within a queue; it may go down at any time, and comes back with what it had stored.
 */
import type { Scheduler, Task } from '../kernel/scheduler.js';
import type { Tally } from '../tally.js';
import { type Queue, type QueueRules, quorumQueue, type Stored, type Subscriber } from './quorum-queue.js';
import { stream } from './stream.js';

export interface BrokerRules {
  /** Whether ordered queues have a single active consumer. */
  readonly singleActive: boolean;
  readonly givesBackTo: QueueRules['givesBackTo'];
}

export interface Published {
  readonly exchange: string;
  /** Of the broker's own exchange, a queue's name. */
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What a channel of a client hears. */
interface ChannelEnd {
  deliver(consumerTag: string, deliveryTag: number, message: Stored): void;
  confirm(deliveryTag: number): void;
  returned(message: Published): void;
}

/** The broker's half of a channel. */
export interface ServerChannel {
  assertQueue(name: string, singleActive: boolean): void;
  /** A queue that is only added to, and that each consumer has from its beginning. */
  assertStream(name: string): void;
  bind(queue: string, exchange: string, key: string): void;
  unbind(queue: string, exchange: string, key: string): void;
  publish(message: Published, confirm: boolean): void;
  consume(queue: string, consumerTag: string, prefetch: number): void;
  cancel(consumerTag: string): void;
  ack(deliveryTag: number, allUpTo: boolean): void;
  /** Consumers are off, and what they held goes back. */
  close(): void;
}

export interface Broker {
  readonly up: boolean;
  /** Short of memory: it reads no more from whoever publishes. */
  readonly blocking: boolean;
  openChannel(end: ChannelEnd): ServerChannel;
  /** Registers what is to be called when the broker goes down. */
  onDown(hear: () => void): () => void;
  /** Registers what is to be called when something is about to be added to a stream. */
  onEntry(hear: () => void): () => void;
  goDown(forMs: number): void;
  block(forMs: number): void;
  /** Registers what is to be called when it reads again. */
  onUnblocked(hear: () => void): () => void;
  /** How often each event was delivered, by its id. */
  readonly delivered: ReadonlyMap<string, number>;
  /** Messages that are stored in queues whose names match, and not settled by a consumer. */
  unsettled(names: RegExp): number;
}

export function createBroker(scheduler: Scheduler, rules: BrokerRules, tally: Tally): Broker {
  const queues = new Map<string, Queue>();
  /** Queues by exchange and routing key. */
  const bindings = new Map<string, string>();
  const hearers = new Set<() => void>();
  const storedAt = new Map<string, number>();
  const unsettled = new Map<string, number>();
  const delivered = new Map<string, number>();
  let storing: Task[] = [];
  let up = true;
  let blockedUntil = 0;
  const unblocked = new Set<() => void>();
  const entryHearers = new Set<() => void>();

  /** Stored on a quorum of nodes a moment later, or lost with the broker before that. */
  function store(queue: Queue, { content, properties }: Published, stored: () => void): void {
    const at = Math.max(storedAt.get(queue.name) ?? 0, scheduler.now() + scheduler.chance.between(0.1, 4));
    storedAt.set(queue.name, at);
    storing = storing.filter(task => task.at > scheduler.now());
    storing.push(
      scheduler.at(at, undefined, `stored in ${queue.name}`, () => {
        unsettled.set(queue.name, (unsettled.get(queue.name) ?? 0) + 1);
        queue.add(content, properties);
        stored();
      }),
    );
  }

  function openChannel(end: ChannelEnd): ServerChannel {
    const consumers = new Map<string, { queue: Queue; subscriber: Subscriber }>();
    const held = new Map<number, { message: Stored; queue: Queue; subscriber: Subscriber }>();
    let [handedOver, published, open] = [0, 0, true];

    function settle(deliveryTag: number): void {
      const found = held.get(deliveryTag);
      if (!found) return;
      held.delete(deliveryTag);
      found.subscriber.held -= 1;
      unsettled.set(found.queue.name, (unsettled.get(found.queue.name) ?? 0) - 1);
      found.queue.pump();
    }

    return {
      assertQueue(name, singleActive) {
        if (queues.has(name)) return;
        const { givesBackTo } = rules;
        queues.set(name, quorumQueue(name, { singleActive: singleActive && rules.singleActive, givesBackTo }));
      },
      assertStream(name) {
        if (queues.has(name)) return;
        const { add, ...others } = stream(name);
        const announced: Queue['add'] = (content, properties) => {
          for (const hear of entryHearers) hear();
          add(content, properties);
        };
        queues.set(name, { ...others, add: announced });
      },
      bind: (queue, exchange, key) => void bindings.set(`${exchange} ${key}`, queue),
      unbind: (_queue, exchange, key) => void bindings.delete(`${exchange} ${key}`),
      publish(message, confirm) {
        if (!open) return;
        const deliveryTag = ++published;
        const confirmed = (): void => {
          if (confirm && open) end.confirm(deliveryTag);
        };
        const { exchange, routingKey } = message;
        const queue = queues.get(exchange === '' ? routingKey : (bindings.get(`${exchange} ${routingKey}`) ?? ''));
        if (queue) return store(queue, message, confirmed);
        if (confirm) end.returned(message);
        confirmed();
      },
      consume(name, consumerTag, prefetch) {
        if (!open) return;
        const queue = queues.get(name) as Queue;
        const subscriber: Subscriber = {
          prefetch,
          held: 0,
          deliver(message) {
            for (const id of idsIn(message.content)) delivered.set(id, (delivered.get(id) ?? 0) + 1);
            held.set(++handedOver, { message, queue, subscriber });
            end.deliver(consumerTag, handedOver, message);
          },
        };
        consumers.set(consumerTag, { queue, subscriber });
        queue.subscribe(subscriber);
      },
      cancel(consumerTag) {
        const found = consumers.get(consumerTag);
        consumers.delete(consumerTag);
        found?.queue.unsubscribe(found.subscriber);
        found?.queue.pump();
      },
      ack(deliveryTag, allUpTo) {
        for (const tag of allUpTo ? [...held.keys()].filter(each => each <= deliveryTag) : [deliveryTag]) settle(tag);
      },
      close() {
        if (!open) return;
        open = false;
        for (const { queue, subscriber } of consumers.values()) queue.unsubscribe(subscriber);
        const back = new Map<Queue, Stored[]>();
        for (const { queue, message } of held.values()) back.set(queue, [...(back.get(queue) ?? []), message]);
        if (held.size > 0) tally.count('deliveries given back', held.size);
        held.clear();
        for (const { queue } of consumers.values()) if (!back.has(queue)) back.set(queue, []);
        for (const [queue, messages] of back) queue.giveBack(messages);
      },
    };
  }

  return {
    get up() {
      return up;
    },
    get blocking() {
      return scheduler.now() < blockedUntil;
    },
    block(forMs) {
      blockedUntil = scheduler.now() + forMs;
      scheduler.at(blockedUntil, undefined, 'broker reads again', () => {
        if (scheduler.now() >= blockedUntil) for (const hear of [...unblocked]) hear();
      });
    },
    onUnblocked(hear) {
      unblocked.add(hear);
      return () => unblocked.delete(hear);
    },
    delivered,
    openChannel,
    onDown(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    onEntry(hear) {
      entryHearers.add(hear);
      return () => entryHearers.delete(hear);
    },
    goDown(forMs) {
      up = false;
      for (const task of storing) task.cancelled = true;
      storing = [];
      for (const hear of [...hearers]) hear();
      scheduler.after(forMs, undefined, 'broker is back', () => {
        up = true;
      });
    },
    unsettled: names => [...unsettled].reduce((sum, [name, count]) => sum + (names.test(name) ? count : 0), 0),
  };
}

const idsIn = (content: Buffer): string[] =>
  [JSON.parse(content.toString()) as { id?: string } | { id: string }[]].flat().flatMap(({ id }) => id ?? []);
