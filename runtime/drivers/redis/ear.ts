/** The shards that a gateway hears over one connection: subscribed to again after every reconnection. */
import type { Redis } from 'ioredis';
import type { Channels } from './channels.js';
import { reconnect } from './connection.js';

export interface Ear {
  /**
   * Resolves when what is published from then on to these shards comes here, or when the connection is lost; undefined
   * when that is so already. Where the connection is away, nothing comes, and they are the first thing when it is back.
   */
  hear(shards: readonly number[]): Promise<unknown> | undefined;
  forget(shards: readonly number[]): void;
}

/** Channels that one command names: a thousand take Redis less than a millisecond. */
const AT_ONCE = 1_000;

interface Subscribing {
  readonly done: Promise<void>;
  over(): void;
}

export function openEar(subscriber: Redis, channels: Pick<Channels, 'hear' | 'forget' | 'shard'>): Ear {
  const wanted = new Set<number>();
  const heard = new Set<number>();
  const pending = new Map<number, Subscribing>();

  function subscribe(shards: readonly number[]): Promise<void> {
    let over = (): void => {};
    const done = new Promise<void>(resolve => {
      over = resolve;
    });
    const subscribing = { done, over };
    for (const shard of shards) pending.set(shard, subscribing);
    const settle = (confirmed: boolean): void => {
      for (const shard of shards) {
        if (pending.get(shard) !== subscribing) continue;
        pending.delete(shard);
        if (confirmed) heard.add(shard);
      }
      over();
    };
    subscriber[channels.hear](...shards.map(channels.shard)).then(
      () => settle(true),
      () => {
        settle(false);
        reconnect(subscriber);
      },
    );
    return done;
  }

  subscriber.on('ready', () => {
    const all = [...wanted];
    for (let from = 0; from < all.length; from += AT_ONCE) void subscribe(all.slice(from, from + AT_ONCE));
  });
  subscriber.on('close', () => {
    heard.clear();
    const lost = new Set(pending.values());
    pending.clear();
    for (const { over } of lost) over();
  });

  return {
    hear(shards) {
      const waits = new Set<Promise<void>>();
      const fresh: number[] = [];
      for (const shard of shards) {
        wanted.add(shard);
        const subscribing = pending.get(shard);
        if (subscribing) waits.add(subscribing.done);
        else if (!heard.has(shard)) fresh.push(shard);
      }
      if (subscriber.status !== 'ready') return undefined;
      if (fresh.length > 0) waits.add(subscribe(fresh));
      return waits.size > 0 ? Promise.all(waits) : undefined;
    },
    forget(shards) {
      // What is being subscribed to is on its way in front of this, and would count as heard.
      const over = shards.filter(shard => !pending.has(shard) && wanted.delete(shard));
      for (const shard of over) heard.delete(shard);
      if (over.length === 0 || subscriber.status !== 'ready') return;
      subscriber[channels.forget](...over.map(channels.shard)).catch(() => {});
    },
  };
}
