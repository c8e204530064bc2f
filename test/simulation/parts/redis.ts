/**
 * The simulated Redis, as far as the fan-out uses it: channels, on which everybody hears everything in one order, and
 * one sorted set of leases. A connection that breaks loses what is under way, and comes back by itself.
 */
import { EventEmitter } from 'node:events';
import type { RedisConnection } from '../../../runtime/drivers/redis/connection.js';
import { type Link, latency, openLink } from '../kernel/link.js';
import type { Owner, Scheduler } from '../kernel/scheduler.js';

interface Subscriber {
  /** Whether the server that it is connected to is still the same one. */
  alive: boolean;
  readonly channels: Set<string>;
  hear(channel: string, text: string): void;
}

export interface RedisServer {
  readonly up: boolean;
  readonly subscribers: Set<Subscriber>;
  publish(channel: string, text: string): void;
  readonly leases: Map<string, number>;
  onDown(hear: () => void): () => void;
  /** Killed, and started again empty. */
  goDown(forMs: number): void;
}

export interface SimulatedRedis extends RedisConnection, Pick<Link, 'cut' | 'stall'> {}

export function createRedis(scheduler: Scheduler): RedisServer {
  const subscribers = new Set<Subscriber>();
  const leases = new Map<string, number>();
  const hearers = new Set<() => void>();
  let up = true;
  return {
    get up() {
      return up;
    },
    subscribers,
    leases,
    publish(channel, text) {
      for (const { channels, hear } of subscribers) if (channels.has(channel)) hear(channel, text);
    },
    onDown(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    goDown(forMs) {
      up = false;
      leases.clear();
      for (const hear of [...hearers]) hear();
      scheduler.after(forMs, undefined, 'redis is back', () => {
        up = true;
      });
    },
  };
}

const LET_GO_MS = 2_000;
const AGAIN_MS = { least: 50, most: 400 };

/** A connection with the members of ioredis that the fan-out uses. */
export function connectRedis(scheduler: Scheduler, redis: RedisServer, owner: Owner): SimulatedRedis {
  const events = new EventEmitter();
  const calls = new Set<(error: Error) => void>();
  let status: 'connecting' | 'ready' | 'end' = 'connecting';
  let link: Link | undefined;
  let mine: Subscriber | undefined;

  function connect(): void {
    scheduler.after(latency(scheduler), owner, 'redis connecting', () => {
      if (status === 'end') return;
      if (redis.up) open();
      else again();
    });
  }
  const again = (): void =>
    void scheduler.after(scheduler.chance.between(AGAIN_MS.least, AGAIN_MS.most), owner, 'redis again', connect);

  function open(): void {
    const toNear: { send?: Link['toNear'] } = {};
    const subscriber: Subscriber = {
      alive: true,
      channels: new Set(),
      hear: (channel, text) =>
        toNear.send?.('redis message', () => events.emit('messageBuffer', Buffer.from(channel), Buffer.from(text))),
    };
    const forget = redis.onDown(() => {
      subscriber.alive = false;
      opened.cut();
    });
    const opened = openLink(
      scheduler,
      { owner, ended: broken },
      {
        owner: undefined,
        ended() {
          forget();
          redis.subscribers.delete(subscriber);
        },
      },
    );
    toNear.send = opened.toNear;
    mine = subscriber;
    link = opened;
    redis.subscribers.add(subscriber);
    status = 'ready';
    events.emit('ready');
  }

  function broken(): void {
    if (status === 'end') return;
    status = 'connecting';
    for (const reject of calls) reject(new Error('Connection is closed.'));
    calls.clear();
    events.emit('close');
    again();
  }

  const call = <Value>(label: string, serve: () => Value): Promise<Value> =>
    new Promise((resolve, reject) => {
      const [over, subscriber] = [link, mine];
      if (status !== 'ready' || !over) return reject(new Error('not connected'));
      calls.add(reject);
      over.toFar(label, () => {
        if (!subscriber?.alive) return;
        const value = serve();
        over.toNear(`${label}: ok`, () => {
          calls.delete(reject);
          resolve(value);
        });
      });
    });

  /** Redis' own clock: the virtual one, at the server. */
  const live = (): string[] => {
    for (const [gateway, until] of redis.leases) if (until <= scheduler.now()) redis.leases.delete(gateway);
    return [...redis.leases.keys()];
  };
  const client = Object.assign(events, {
    publish: (channel: string, text: string) => call('redis publish', () => redis.publish(channel, text)),
    subscribe(...channels: string[]) {
      const subscriber = mine;
      return call('redis subscribe', () => {
        for (const channel of channels) subscriber?.channels.add(channel);
      });
    },
    psubscribe: async () => undefined,
    /** The two scripts of the leases: with what to renew, or without. */
    eval: (_script: string, _keys: number, _key: string, gateway?: string, leaseMs?: number) =>
      call(gateway === undefined ? 'redis leases' : 'redis lease', () => {
        if (gateway === undefined) return live();
        redis.leases.set(gateway, scheduler.now() + (leaseMs ?? 0));
        return undefined;
      }),
    zrem: (_key: string, gateway: string) => call('redis release', () => void redis.leases.delete(gateway)),
    /** It lets go at once, or when it has waited for the other side for long enough. */
    disconnect: () =>
      void scheduler.after(scheduler.chance.between(0, LET_GO_MS), owner, 'redis let go', link?.cut ?? connect),
  });
  Object.defineProperty(client, 'status', { get: () => status });
  connect();

  const part = {
    name: 'redis',
    state: () => (status === 'ready' ? ('up' as const) : { down: 'not connected' }),
    async close() {
      status = 'end';
      link?.hangUp();
    },
  };
  return { client: client as never, part, cut: () => link?.cut(), stall: ms => link?.stall(ms) };
}
