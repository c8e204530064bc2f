/** Subscriptions that outlive connections. */
import type { Redis } from 'ioredis';
import type { Channels } from './channels.js';

/**
 * Subscribes now and after every reconnection, however long the first connection takes, and hands over what comes, if
 * to anybody. A name that ends in `*` stands for all that begin so: they are handed over, and subscribed to by others.
 */
export type Subscribe = (channel: string, take?: (text: Buffer) => void) => void;

export function subscriptions(subscriber: Redis, { hear, heard }: Pick<Channels, 'hear' | 'heard'>): Subscribe {
  const wanted: (() => void)[] = [];
  const takers = new Map<string, (text: Buffer) => void>();
  const families: (readonly [prefix: string, take: (text: Buffer) => void])[] = [];
  subscriber.on('ready', () => {
    for (const now of wanted) now();
  });
  subscriber.on(heard, (channel: Buffer, text: Buffer) => {
    const name = channel.toString();
    const take = takers.get(name) ?? families.find(([prefix]) => name.startsWith(prefix))?.[1];
    take?.(text);
  });
  return (channel, take) => {
    if (channel.endsWith('*')) return void (take && families.push([channel.slice(0, -1), take]));
    if (take) takers.set(channel, take);
    const now = (): void => void subscriber[hear](channel).catch(() => {});
    wanted.push(now);
    if (subscriber.status === 'ready') now();
  };
}
