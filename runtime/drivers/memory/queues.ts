/**
 * Queues inside the process, with the guarantees of the real ones as long as the process lives: a publish resolves
 * when its consumer is done with the message, since only then may whoever sent it forget it. A fact is there for whoever
 * subscribes, and nobody waits for them.
 */
import { Failure } from '../../contract/failure.js';
import { type FactBinding, type Queues, type ReplyTo, WayClosed } from '../../contract/ports.js';
import { type MemoryQueue, type Message, memoryQueue } from './queue.js';

const MAX_PENDING = 10_000;
/** There is no broker to be silent: what takes long is the consumer's work, such as waiting for the database. */
const PUBLISH_TIMEOUT_MS = 10_000;
const DEAD_LETTERS_KEPT = 1_000;

export interface DeadLetter {
  readonly body: string;
  readonly reason: string;
}

export interface MemoryQueues extends Queues {
  /** The last 1,000 messages of the queue that were given up, oldest first. */
  deadLetters(queue: string): readonly DeadLetter[];
}

export interface MemoryQueuesOptions {
  /** How many publications may wait for their consumer to be done. */
  readonly maxPending?: number;
  readonly publishTimeoutMs?: number;
}

interface Known {
  readonly queue: MemoryQueue;
  readonly dead: DeadLetter[];
}

interface Log {
  readonly entries: string[];
  readonly followers: ((entry: string) => void)[];
}

const unavailable = (message: string) => new Failure('unavailable', message);

function create(): Known {
  const dead: DeadLetter[] = [];
  const queue = memoryQueue((body, reason) => {
    dead.push({ body, reason });
    if (dead.length > DEAD_LETTERS_KEPT) dead.shift();
  });
  return { queue, dead };
}

export function memoryQueues(options: MemoryQueuesOptions = {}): MemoryQueues {
  const { maxPending = MAX_PENDING, publishTimeoutMs = PUBLISH_TIMEOUT_MS } = options;
  const queues = new Map<string, Known>();
  const bindings = new Map<string, FactBinding>();
  const ways = new Set<string>();
  const logs = new Map<string, Log>();
  const pending = new Set<(failure: Failure) => void>();
  let published = 0;
  let closed = false;

  function queueOf(name: string): MemoryQueue {
    const known = queues.get(name) ?? create();
    queues.set(name, known);
    return known.queue;
  }

  function logOf(name: string): Log {
    const known = logs.get(name) ?? { entries: [], followers: [] };
    logs.set(name, known);
    return known;
  }

  function send(queue: MemoryQueue, body: string, replyTo: ReplyTo | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        message.settled = true;
        clearTimeout(timer);
        pending.delete(fail);
        queue.remove(message);
      };
      const fail = (failure: Failure): void => {
        end();
        reject(failure);
      };
      const settle = (): void => {
        end();
        resolve();
      };
      const late = (): void => fail(unavailable('no consumer was done with the message in time'));
      const timer = setTimeout(late, publishTimeoutMs).unref();
      published += 1;
      const asking = replyTo && { replyTo: replyTo.address };
      const message: Message = { number: published, body, ...asking, settle, settled: false };
      pending.add(fail);
      queue.add(message);
    });
  }

  /** Nobody waits for the consumer: one that is away holds up neither whoever announces nor the other subscribers. */
  function hand({ queue }: Known, body: string): void {
    published += 1;
    const message: Message = {
      number: published,
      body,
      settle: () => {
        message.settled = true;
      },
      settled: false,
    };
    queue.add(message);
  }

  return {
    name: 'queues',
    state: () => (closed ? { down: 'closed' } : 'up'),
    async declare(declared) {
      for (const { name } of declared) queueOf(name);
    },
    async publish(name, body, { replyTo, way } = {}) {
      const known = queues.get(name);
      if (closed) throw unavailable('closed');
      if (way !== undefined && !ways.has(way)) throw new WayClosed(name);
      if (known === undefined) throw unavailable(`there is no queue ${name}`);
      if (pending.size >= maxPending) throw unavailable('too many messages wait for their consumer');
      return send(known.queue, body, replyTo);
    },
    async openWay({ name }) {
      ways.add(name);
    },
    async closeWay({ name }) {
      ways.delete(name);
    },
    async append(name, entry) {
      if (closed) throw unavailable('closed');
      const log = logOf(name);
      log.entries.push(entry);
      for (const hear of log.followers) hear(entry);
    },
    follow(name, onEntry) {
      const { entries, followers } = logOf(name);
      for (const entry of entries) onEntry(entry);
      followers.push(onEntry);
    },
    async bind(topology) {
      for (const binding of topology.bindings) {
        bindings.set(`${topology.exchange} ${binding.type} ${binding.queue}`, binding);
        queueOf(binding.queue);
      }
    },
    async announce({ exchange, type, slot }, body) {
      if (closed) throw unavailable('closed');
      const heard = [...bindings].flatMap(([name, { queue, part, of }]) => {
        const known = queues.get(queue);
        return known && name === `${exchange} ${type} ${queue}` && slot % of === part ? [known] : [];
      });
      if (heard.some(({ queue }) => queue.depth().ready >= maxPending)) {
        throw unavailable('too many facts wait for a subscriber');
      }
      for (const known of heard) hand(known, body);
    },
    async consume(names, consumeOptions, onDelivery) {
      const leaves = [names].flat().map(name => {
        return queueOf(name).subscribe(consumeOptions, delivery => onDelivery(delivery, name));
      });
      return {
        cancel: async () => {
          for (const leave of leaves) leave();
        },
      };
    },
    depths: async names =>
      names.flatMap(each => {
        const known = queues.get(each.name);
        return known ? [{ ...each, ...known.queue.depth() }] : [];
      }),
    deadLetters: name => queues.get(name)?.dead ?? [],
    async close() {
      closed = true;
      for (const fail of pending) fail(unavailable('closed'));
    },
  };
}
