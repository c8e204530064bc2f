/**
 * The simulated Redis: channels, on which everybody hears everything in one order, the leases of the fan-out, and the
 * books of presence. A connection that breaks loses what is under way, and comes back by itself.
 */
import { EventEmitter } from 'node:events';
import type { RedisConnection } from '#runtime/drivers/redis/connection.js';
import { type Link, latency, openLink } from '../kernel/link.js';
import type { Owner, Scheduler } from '../kernel/scheduler.js';
import { type PresenceRules, type PresenceSteps, presenceSteps } from './presence-steps.js';

interface Subscriber {
  /** Whether the server that it is connected to is still the same one. */
  alive: boolean;
  readonly channels: Set<string>;
  /** Some of its channels are another server's from now on. */
  moved(): void;
  hear(channel: string, text: string): void;
}

export interface RedisServer {
  readonly up: boolean;
  readonly subscribers: Set<Subscriber>;
  publish(channel: string, text: string): void;
  readonly leases: Map<string, number>;
  readonly presence: PresenceSteps;
  /** Channels of shards go to another server, as some slots of a cluster do: here that is the same one, which nobody listens to. */
  moveShards(): void;
  onDown(hear: () => void): () => void;
  /** Killed, and started again empty. */
  goDown(forMs: number): void;
}

export interface SimulatedRedis extends RedisConnection, Pick<Link, 'cut' | 'stall'> {}

export function createRedis(scheduler: Scheduler, rules: PresenceRules): RedisServer {
  const subscribers = new Set<Subscriber>();
  const presence = presenceSteps(scheduler.now, rules);
  const leases = new Map<string, number>();
  const hearers = new Set<() => void>();
  let up = true;
  return {
    get up() {
      return up;
    },
    subscribers,
    leases,
    presence,
    publish(channel, text) {
      for (const { channels, hear } of subscribers) if (channels.has(channel)) hear(channel, text);
    },
    moveShards() {
      for (const { channels, moved } of subscribers) {
        const gone = [...channels].filter(isShard);
        for (const channel of gone) channels.delete(channel);
        if (gone.length > 0) moved();
      }
    },
    onDown(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    goDown(forMs) {
      up = false;
      leases.clear();
      presence.clear();
      for (const hear of [...hearers]) hear();
      scheduler.after(forMs, undefined, 'redis is back', () => {
        up = true;
      });
    },
  };
}

export const isShard = (channel: string): boolean => channel.startsWith('fanout:');

const LET_GO_MS = 2_000;
const COMMAND_TIMEOUT_MS = 2_000;
const AGAIN_MS = { least: 50, most: 400 };

/** With the members of ioredis that the fan-out and presence use. */
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
      moved: () => void toNear.send?.('redis slot moved', () => events.emit('moved')),
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
      const late = setTimeout(() => {
        calls.delete(reject);
        reject(new Error('Command timed out'));
      }, COMMAND_TIMEOUT_MS);
      over.toFar(label, () => {
        if (!subscriber?.alive) return;
        const value = serve();
        over.toNear(`${label}: ok`, () => {
          clearTimeout(late);
          calls.delete(reject);
          resolve(value);
        });
      });
    });

  function listen(channels: readonly string[]): Promise<void> {
    const subscriber = mine;
    return call('redis subscribe', () => {
      for (const channel of channels) subscriber?.channels.add(channel);
    });
  }
  // As the real one: it looks for the other server.
  events.on('moved', () => link?.cut());
  /** What is subscribed to once waits for a connection, and is so again on each new one. */
  const subscribed = new Set<string>();
  events.on('ready', () => void (subscribed.size > 0 && listen([...subscribed]).catch(() => {})));

  /** Redis' own clock: the virtual one, at the server. */
  const live = (): string[] => {
    for (const [gateway, until] of redis.leases) if (until <= scheduler.now()) redis.leases.delete(gateway);
    return [...redis.leases.keys()];
  };
  const publishUntil = (channel: string, text: string, until: number): number => {
    if (scheduler.now() >= until) return 0;
    redis.publish(channel, text);
    return 1;
  };
  const client = Object.assign(events, {
    publish: (channel: string, text: string) => call('redis publish', () => redis.publish(channel, text)),
    async subscribe(...channels: readonly (string | readonly string[])[]) {
      for (const channel of channels.flat()) subscribed.add(channel);
      await listen(channels.flat()).catch(() => {});
    },
    unsubscribe(...channels: readonly string[]) {
      for (const channel of channels) subscribed.delete(channel);
      const subscriber = mine;
      return call('redis unsubscribe', () => {
        for (const channel of channels) subscriber?.channels.delete(channel);
      });
    },
    pipeline() {
      const said: [channel: string, text: string][] = [];
      return {
        publish: (channel: string, text: string) => void said.push([channel, text]),
        exec: () =>
          call('redis publish many', () => {
            for (const [channel, text] of said) redis.publish(channel, text);
            return said.map(() => [null, 1]);
          }),
      };
    },
    psubscribe: async () => undefined,
    time: () => call('redis time', () => [0, scheduler.now() * 1000]),
    /** The scripts of the fan-out: to publish until some moment, and those of the leases, with what to renew or without. */
    eval: (
      _script: string,
      keys: number,
      ...[first = '', second, third = 0]: [string?, (string | number)?, number?]
    ) => {
      if (keys === 0) return call('redis publish in time', () => publishUntil(first, String(second), third));
      return call(second === undefined ? 'redis leases' : 'redis lease', () => {
        if (second === undefined) return live();
        redis.leases.set(String(second), scheduler.now() + third);
        return undefined;
      });
    },
    /** The scripts of presence, by their names. */
    defineCommand(name: string) {
      const run = (_key: string, _prefix: string, ...args: (string | number)[]) =>
        call(`redis ${name}`, () => redis.presence.run(name, args));
      Object.assign(client, { [name]: run });
    },
    smembers: (key: string) => call('redis members', () => redis.presence.members(key.replace(/^\{presence\}:/, ''))),
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
      link?.closeTransport();
    },
  };
  return { client: client as never, part, cut: () => link?.cut(), stall: ms => link?.stall(ms) };
}
