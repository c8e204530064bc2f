/** A server of the fan-out as one process has it: a connection to publish on, one that hears when it is wanted, and the names of its channels. */
import type { Redis } from 'ioredis';
import type { Log } from '../../contract/function.js';
import { type Account, type Bus, redisBus } from './bus.js';
import { type Channels, channelsOf } from './channels.js';
import { type RedisConnection, reconnect } from './connection.js';
import { type Subscribe, subscriptions } from './subscriptions.js';

/** Makes a connection that comes back by itself after every loss; in a cluster to the master that has this hash tag. */
export type Connect = (role: 'publisher' | 'subscriber', tag: string) => RedisConnection;

/** What a process hears with. */
export interface Hearing {
  readonly subscriber: Redis;
  readonly subscribe: Subscribe;
}

export interface Lane {
  readonly publisher: Redis;
  readonly channels: Channels;
  readonly bus: Bus;
  /** Connects what hears, unless it is connected already. */
  hear(): Hearing;
  readonly connections: readonly RedisConnection[];
}

export interface LaneOptions {
  readonly connect: Connect;
  readonly log: Log;
  /** Begins the names of its channels; where they are sharded, as their hash tag. */
  readonly tag: string;
  /** Of all lanes together. */
  readonly account: Account;
  /** How long Redis may take for a command. */
  readonly timeoutMs: number;
}

export function openLane({ connect, log, tag, account, timeoutMs }: LaneOptions): Lane {
  const connections: RedisConnection[] = [];
  const { client: publisher, sharded = false } = open('publisher');
  const channels = channelsOf(tag, sharded, publisher.options?.db);
  let hearing: Hearing | undefined;

  function open(role: 'publisher' | 'subscriber'): RedisConnection {
    const connection = connect(role, tag);
    connections.push(connection);
    connection.client.on('error', err => log.debug({ err }, 'a connection of the fan-out failed'));
    return connection;
  }

  return {
    publisher,
    channels,
    bus: redisBus({ publisher, channels, account, timeoutMs }),
    hear() {
      if (hearing) return hearing;
      const { client: subscriber } = open('subscriber');
      hearing = { subscriber, subscribe: subscriptions(subscriber, channels) };
      // The master that it hears may have become a replica, and miss some of what is published now.
      if (sharded) publisher.on('close', () => reconnect(subscriber));
      return hearing;
    },
    connections,
  };
}
