/** Subscriptions that outlive connections. */
import type { Redis } from 'ioredis';
import type { Channels } from './channels.js';

/** Subscribes now and after every reconnection, however long the first connection takes. */
export type Subscribe = (channel: string) => void;

export function subscriptions(subscriber: Redis, { hear }: Pick<Channels, 'hear'>): Subscribe {
  const wanted: (() => void)[] = [];
  subscriber.on('ready', () => {
    for (const now of wanted) now();
  });
  return channel => {
    const now = (): void => void subscriber[hear](channel).catch(() => {});
    wanted.push(now);
    if (subscriber.status === 'ready') now();
  };
}
