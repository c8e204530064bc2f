/**
 * Queues inside the process, with the guarantees of the real ones as long as the process lives: a publish resolves
 * when its consumer is done with the message, since only then may whoever sent it forget it.
 */
import { Failure } from '../contract/failure.js';
import { type ConsumeOptions, type Delivery, PUBLISH_TIMEOUT_MS, type Queues } from '../contract/ports.js';

const MAX_PENDING = 10_000;
const DEAD_LETTERS_KEPT = 1_000;
const REPLY_TO = 'this process';

export interface DeadLetter {
  readonly body: string;
  readonly reason: string;
}

export interface MemoryQueues extends Queues {
  /** The last 1,000 messages of the queue that were given up, oldest first. */
  deadLetters(queue: string): readonly DeadLetter[];
}

export interface MemoryQueuesOptions {
  readonly maxPending?: number;
  readonly publishTimeoutMs?: number;
}

interface Message {
  readonly number: number;
  readonly body: string;
  readonly wantsReply: boolean;
  readonly settle: (failure?: Failure) => void;
  /** In its queue, not handed to anybody. */
  waits: boolean;
}

interface Subscriber extends ConsumeOptions {
  readonly handed: Set<Message>;
  readonly onDelivery: (delivery: Delivery) => void;
}

interface Queue {
  readonly waiting: Message[];
  /** In the order of their turns; of an ordered queue only the first has turns. */
  readonly subscribers: Subscriber[];
  readonly dead: DeadLetter[];
  scheduled: boolean;
}

export function memoryQueues(options: MemoryQueuesOptions = {}): MemoryQueues {
  const { maxPending = MAX_PENDING, publishTimeoutMs = PUBLISH_TIMEOUT_MS } = options;
  const queues = new Map<string, Queue>();
  const pending = new Set<Message>();
  let published = 0;
  let closed = false;
  let onReply: (body: string) => void = () => undefined;

  function queueOf(name: string): Queue {
    const queue = queues.get(name) ?? { waiting: [], subscribers: [], dead: [], scheduled: false };
    queues.set(name, queue);
    return queue;
  }

  /** Whose turn it is among those that can take one more. */
  function next({ subscribers }: Queue): Subscriber | undefined {
    const eligible = subscribers[0]?.ordered ? subscribers.slice(0, 1) : subscribers;
    const free = eligible.find(({ handed, prefetch }) => handed.size < Math.max(1, prefetch));
    if (free !== undefined && eligible === subscribers) {
      subscribers.splice(subscribers.indexOf(free), 1);
      subscribers.push(free);
    }
    return free;
  }

  function takeOut(queue: Queue, message: Message): void {
    if (message.waits) queue.waiting.splice(queue.waiting.indexOf(message), 1);
    message.waits = false;
  }

  function deliveryOf(queue: Queue, message: Message, subscriber: Subscriber): Delivery {
    const done = (): void => {
      subscriber.handed.delete(message);
      takeOut(queue, message);
      message.settle();
      schedule(queue);
    };
    return {
      body: message.body,
      ...(message.wantsReply && { replyTo: REPLY_TO }),
      ack: done,
      async dead(reason, body = message.body) {
        queue.dead.push({ body, reason });
        if (queue.dead.length > DEAD_LETTERS_KEPT) queue.dead.shift();
        done();
      },
    };
  }

  function handOver(queue: Queue): void {
    while (queue.waiting.length > 0) {
      const subscriber = next(queue);
      if (subscriber === undefined) return;
      const message = queue.waiting.shift();
      if (message === undefined) return;
      message.waits = false;
      subscriber.handed.add(message);
      const delivery = deliveryOf(queue, message, subscriber);
      try {
        subscriber.onDelivery(delivery);
      } catch (error) {
        void delivery.dead(`the consumer threw: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** In a turn of its own, as from a broker: what is published in one turn arrives in one. */
  function schedule(queue: Queue): void {
    if (queue.scheduled || closed) return;
    queue.scheduled = true;
    setImmediate(() => {
      queue.scheduled = false;
      if (!closed) handOver(queue);
    });
  }

  function leave(queue: Queue, subscriber: Subscriber): void {
    const index = queue.subscribers.indexOf(subscriber);
    if (index < 0) return;
    queue.subscribers.splice(index, 1);
    for (const message of subscriber.handed) {
      // Whoever published it has been told otherwise when it is not pending any more.
      if (message.waits || !pending.has(message)) continue;
      message.waits = true;
      queue.waiting.push(message);
    }
    queue.waiting.sort((a, b) => a.number - b.number);
    schedule(queue);
  }

  return {
    name: 'queues',
    state: () => (closed ? { down: 'closed' } : 'up'),
    async declare(declared) {
      for (const { name } of declared) queueOf(name);
    },
    publish(name, body, { wantsReply = false } = {}) {
      const queue = queues.get(name);
      if (closed) return Promise.reject(new Failure('unavailable', 'closed'));
      if (queue === undefined) return Promise.reject(new Failure('unavailable', `there is no queue ${name}`));
      if (pending.size >= maxPending) return Promise.reject(new Failure('unavailable', 'too many messages wait'));
      return new Promise((resolve, reject) => {
        const settle = (failure?: Failure): void => {
          clearTimeout(timer);
          pending.delete(message);
          if (failure === undefined) resolve();
          else reject(failure);
        };
        const timer = setTimeout(() => {
          takeOut(queue, message);
          settle(new Failure('unavailable', 'no consumer was done with the message in time'));
        }, publishTimeoutMs).unref();
        published += 1;
        const message: Message = { number: published, body, wantsReply, settle, waits: true };
        pending.add(message);
        queue.waiting.push(message);
        schedule(queue);
      });
    },
    async consume(name, { ordered, prefetch }, onDelivery) {
      const queue = queueOf(name);
      const subscriber: Subscriber = { ordered, prefetch, onDelivery, handed: new Set() };
      queue.subscribers.push(subscriber);
      schedule(queue);
      return { cancel: async () => leave(queue, subscriber) };
    },
    reply(replyTo, body) {
      if (replyTo === REPLY_TO) setImmediate(() => onReply(body));
    },
    onReply(receive) {
      onReply = receive;
    },
    deadLetters: name => queues.get(name)?.dead ?? [],
    async close() {
      closed = true;
      for (const message of pending) message.settle(new Failure('unavailable', 'closed'));
    },
  };
}
