/** Subscriptions that outlive connections. */
import type { Redis } from 'ioredis';

/** Subscribes now and after every reconnection, however long the first connection takes. */
export type Subscribe = (how: 'subscribe' | 'psubscribe', channels: string | readonly string[]) => void;

export function subscriptions(subscriber: Redis): Subscribe {
  const wanted: (() => void)[] = [];
  subscriber.on('ready', () => {
    for (const now of wanted) now();
  });
  return (how, channels) => {
    const now = (): void => void subscriber[how](...[channels].flat()).catch(() => {});
    wanted.push(now);
    if (subscriber.status === 'ready') now();
  };
}
