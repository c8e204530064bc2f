/**
 * What a lane has been handed and not begun. Deliveries wait as they came, and are taken apart only for the batch that
 * is about to be worked on, so that what waits takes no more memory than it did in the queue.
 */
import type { AnyFunction } from '../contract/function.js';
import type { Delivery } from '../contract/ports.js';
import { type Item, type UnpackedDelivery, unpackDelivery } from './delivery.js';
import { isFence } from './fence.js';

export interface DeliveryBuffer {
  add(delivery: Delivery): void;
  /** Whether there is something to begin with. */
  some(): boolean;
  /** Whether the next batch is as large as a batch may be. */
  full(): boolean;
  /** The next batch; nothing when all that waited was garbage. */
  take(): { readonly items: readonly Item[]; readonly text: number };
}

export interface DeliveryBufferOptions {
  /** Of the events that belong here. */
  readonly types: readonly string[];
  readonly fn: AnyFunction;
  /** Items in a batch at most. */
  readonly size: number;
  /** JSON text in a batch at most, give or take one item. */
  readonly mostText: number;
  /** Called with a delivery in which there is nothing for the function. */
  readonly refuse: (unpacked: UnpackedDelivery) => void;
}

export function createDeliveryBuffer({ types, fn, size, mostText, refuse }: DeliveryBufferOptions): DeliveryBuffer {
  const waiting: Delivery[] = [];
  const opened: Item[] = [];

  /** Opens as much as the next batch needs, and answers how many of the opened items are in it. */
  function measure(): { readonly count: number; readonly text: number; readonly full: boolean } {
    let count = 0;
    let text = 0;
    for (; count < size && text < mostText; count++) {
      while (count === opened.length) {
        const delivery = waiting.shift();
        if (!delivery) return { count, text, full: false };
        const { unpacked, items } = unpackDelivery(delivery, types, fn);
        opened.push(...items);
        if (unpacked.open === 0) refuse(unpacked);
      }
      const { unpacked, event } = opened[count] as Item;
      // By itself, so that it is answered when everything before it is done.
      if (isFence(event)) return { count: Math.max(1, count), text, full: true };
      text += unpacked.text / unpacked.size;
    }
    return { count, text, full: true };
  }

  return {
    add(delivery) {
      // Those of a connection before this one come again: a lane that is paused for long would gather them.
      while (waiting[0]?.stale) waiting.shift();
      waiting.push(delivery);
    },
    some: () => opened.length > 0 || waiting.length > 0,
    full: () => measure().full,
    take() {
      const { count, text } = measure();
      return { items: opened.splice(0, count), text };
    },
  };
}
