/** A stream of the simulated broker: it is only added to, and every subscriber has all of it from the beginning, in order. */
import type { Queue, Stored, Subscriber } from './quorum-queue.js';

export function stream(name: string): Queue {
  const entries: Stored[] = [];
  const next = new Map<Subscriber, number>();

  function pump(): void {
    for (const [subscriber, from] of next) {
      let at = from;
      for (; at < entries.length && subscriber.held < subscriber.prefetch; at++) {
        subscriber.held += 1;
        subscriber.deliver(entries[at] as Stored);
      }
      next.set(subscriber, at);
    }
  }

  return {
    name,
    add(content, properties) {
      entries.push({ place: entries.length, content, properties, redelivered: false });
      pump();
    },
    subscribe(subscriber) {
      next.set(subscriber, 0);
      pump();
    },
    unsubscribe: subscriber => void next.delete(subscriber),
    giveBack: pump,
    pump,
  };
}
