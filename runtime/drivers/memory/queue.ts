/**
 * One queue inside the process: first in, first out, handed over to its subscribers within their prefetch. Of an
 * ordered queue only the first subscriber has its turn; what a subscriber leaves behind goes back to its old place.
 */
import type { ConsumeOptions, Delivery, QueueDepth } from '../../contract/ports.js';

export interface Message {
  /** Its place. */
  readonly number: number;
  readonly body: string;
  readonly replyTo?: string;
  /** A consumer is done with it. */
  settle(): void;
  /** Nobody waits for it any more. */
  settled: boolean;
}

interface Subscriber extends ConsumeOptions {
  readonly handed: Set<Message>;
  readonly onDelivery: (delivery: Delivery) => void;
}

export interface MemoryQueue {
  add(message: Message): void;
  /** It is not handed over any more. */
  remove(message: Message): void;
  depth(): QueueDepth;
  /** Returns what ends it. */
  subscribe(options: ConsumeOptions, onDelivery: (delivery: Delivery) => void): () => void;
}

export function memoryQueue(deadLetter: (body: string, reason: string) => void): MemoryQueue {
  const subscribers: Subscriber[] = [];
  let waiting: Message[] = [];
  let scheduled = false;

  const turns = (): readonly Subscriber[] => (subscribers[0]?.ordered ? subscribers.slice(0, 1) : subscribers);

  function next(): Subscriber | undefined {
    const free = turns().find(({ handed, prefetch }) => handed.size < Math.max(1, prefetch));
    if (free?.ordered === false) {
      subscribers.splice(subscribers.indexOf(free), 1);
      subscribers.push(free);
    }
    return free;
  }

  function deliveryOf(message: Message, subscriber: Subscriber): Delivery {
    const done = (): void => {
      subscriber.handed.delete(message);
      message.settle();
      schedule();
    };
    return {
      body: message.body,
      get stale() {
        return !subscribers.includes(subscriber);
      },
      ...(message.replyTo !== undefined && { replyTo: message.replyTo }),
      ack: done,
      async dead(reason, body = message.body) {
        deadLetter(body, reason);
        done();
      },
    };
  }

  function handOver(): void {
    while (waiting.length > 0) {
      const subscriber = next();
      if (subscriber === undefined) return;
      const message = waiting.shift();
      if (message === undefined) return;
      subscriber.handed.add(message);
      const delivery = deliveryOf(message, subscriber);
      try {
        subscriber.onDelivery(delivery);
      } catch (error) {
        void delivery.dead(`the consumer threw: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** In a turn of its own, as from a broker: what is published in one turn arrives in one. */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      handOver();
    });
  }

  return {
    add(message) {
      waiting.push(message);
      schedule();
    },
    remove(message) {
      const oldest = waiting[0];
      // A message that was handed over is older than what waits, unless it came back.
      if (oldest === undefined || message.number < oldest.number) return;
      const index = waiting.indexOf(message);
      if (index >= 0) waiting.splice(index, 1);
    },
    depth: () => ({ ready: waiting.length, consumers: turns().length }),
    subscribe(options, onDelivery) {
      const subscriber: Subscriber = { ...options, onDelivery, handed: new Set() };
      subscribers.push(subscriber);
      schedule();
      return () => {
        const index = subscribers.indexOf(subscriber);
        if (index < 0) return;
        subscribers.splice(index, 1);
        const again = [...subscriber.handed].filter(message => !message.settled);
        waiting = [...again, ...waiting].sort((a, b) => a.number - b.number);
        schedule();
      };
    },
  };
}
