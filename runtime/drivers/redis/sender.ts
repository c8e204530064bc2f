/**
 * The sending side of the fan-out over Redis, from any process to all gateways, in one order for all. A `send` is handed
 * to Redis and not waited for; while Redis is away it is dropped. A `join` is waited for until Redis has it, so that no
 * later `leave` from another process overtakes it; a gateway that does not hear it then has lost its subscription, and
 * asks the database for its rooms. A join that Redis does not take in time it never gets, and is made up for (see
 * pending-refreshes.ts). A `leave`, `close` or `refresh` is a promise: every gateway that is alive answers when it has
 * carried it out. One that does not answer within `currentMs` has by then lost the certainty of its rooms (see
 * gateway.ts) and must ask the database, so that after this time the promise is kept all the same. One that Redis does
 * not take is rejected, and made up for as well: whoever emitted it may be unable to. A join that is handed over together with
 * a promise is held to both: Redis has it in time or never. Who never promised before has no connection that hears answers: the first promise makes it, and may take that time. Replies come in on the
 * same connection, behind the emissions that were sent before them, so that a gateway hears both at once.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Log } from '../../contract/function.js';
import type { Fanout, Step } from '../../contract/ports.js';
import { type Bus, redisBus } from './bus.js';
import { type Channels, channelsOf } from './channels.js';
import type { RedisConnection } from './connection.js';
import { type Leases, redisLeases } from './leases.js';
import { pendingRefreshes } from './pending-refreshes.js';
import { isSentEvent } from './sent-events.js';
import { type Subscribe, subscriptions } from './subscriptions.js';

export interface RedisSenderOptions {
  /** Makes a connection that comes back by itself after every loss. */
  readonly connect: (role: 'publisher' | 'subscriber') => RedisConnection;
  readonly log: Log;
  /** Begins the names of all channels and keys; in a cluster as their hash tag, to which `connect` must connect. */
  readonly prefix?: string;
  /** How long a gateway may be out of touch before it doubts its rooms; the same in all processes. */
  readonly currentMs?: number;
}

/** What a gateway hears with; shared with the answers. */
export interface Hearing {
  readonly subscriber: Redis;
  readonly subscribe: Subscribe;
}

export interface RedisSender extends Fanout {
  /** How many emissions were dropped. */
  dropped(): number;
  /** Connects what hears, unless it is connected already. */
  hear(): Hearing;
  readonly publisher: Redis;
  readonly channels: Channels;
  readonly bus: Bus;
  readonly leases: Leases;
}

export const DEFAULTS = { prefix: 'fanout', currentMs: 5_000 };
/** A line about dropped sends, at most this often. */
const COMPLAIN_MS = 5_000;

/** The answers to one promise, and what to do when one more comes in. */
interface Answers {
  readonly from: Set<string>;
  look(): void;
}

export function redisSender(options: RedisSenderOptions): RedisSender {
  const { connect, log, prefix, currentMs } = { ...DEFAULTS, ...options };
  const connections: RedisConnection[] = [];
  const { client: publisher, sharded = false } = open('publisher');
  const channels = channelsOf(prefix, sharded);
  const bus = redisBus({ publisher, channels, timeoutMs: currentMs });
  const leases = redisLeases({ client: publisher, key: `${channels.prefix}-gateways`, leaseMs: currentMs });
  const pending = pendingRefreshes(bus, log);
  const address = randomUUID();
  const answerTo = channels.answersOf(address);
  const promises = new Map<string, Answers>();
  let hearing: Hearing | undefined;
  let onReply: (replies: readonly unknown[]) => void = () => {};
  let dropped = 0;
  let complainedAt = 0;

  function open(role: 'publisher' | 'subscriber'): RedisConnection {
    const connection = connect(role);
    connections.push(connection);
    connection.client.on('error', err => log.debug({ err }, 'a connection of the fan-out failed'));
    return connection;
  }

  function hear(): Hearing {
    if (hearing) return hearing;
    const { client: subscriber } = open('subscriber');
    hearing = { subscriber, subscribe: subscriptions(subscriber, channels) };
    hearing.subscribe(answerTo);
    // The master that it hears may have become a replica, and miss some of what is published now.
    if (sharded) publisher.on('close', () => subscriber.status === 'ready' && subscriber.disconnect(true));
    subscriber.on(channels.heard, (channel: Buffer, text: Buffer) => {
      if (channel.toString() !== answerTo) return;
      const told = JSON.parse(text.toString()) as { id: string; gateway: string } | readonly unknown[];
      if ('id' in told) answered(told);
      else onReply(told);
    });
    return hearing;
  }

  function answered({ id, gateway }: { id: string; gateway: string }): void {
    const answers = promises.get(id);
    answers?.from.add(gateway);
    answers?.look();
  }

  function drop(thrown: unknown, steps: readonly Step[]): void {
    dropped += steps.length;
    if (Date.now() - complainedAt < COMPLAIN_MS) return;
    complainedAt = Date.now();
    log.warn({ err: thrown, dropped }, 'the fan-out drops what it should send');
  }

  async function keep(steps: readonly Step[]): Promise<void> {
    hear();
    const id = randomUUID();
    const answers: Answers = { from: new Set(), look: () => {} };
    promises.set(id, answers);
    try {
      const publish = steps.some(isJoin) ? bus.publishNowOrNever : bus.publish;
      await publish('fanout:emissions', { emissions: steps, promise: { id, answerTo } }).catch(thrown => {
        pending.enqueue(steps, thrown);
        throw thrown;
      });
      await allAnswer(answers, leases.live(), currentMs);
    } finally {
      promises.delete(id);
    }
  }

  async function place(steps: readonly Step[]): Promise<void> {
    try {
      await bus.publishNowOrNever('fanout:emissions', { emissions: steps });
    } catch (thrown) {
      pending.enqueue(steps, thrown);
    }
  }

  return {
    name: 'fanout',
    state: () => connections.map(({ part }) => part.state()).find(state => state !== 'up') ?? 'up',
    dropped: () => dropped,
    hear,
    publisher,
    channels,
    bus,
    leases,
    emit: async steps => {
      if (steps.length === 0) return;
      if (steps.some(isPromise)) return keep(steps);
      if (steps.some(isJoin)) return place(steps);
      const sending = steps.every(isSentEvent)
        ? bus.publishNews(steps)
        : bus.publish('fanout:emissions', { emissions: steps });
      sending.catch(thrown => drop(thrown, steps));
    },
    address: () => {
      hear();
      return address;
    },
    reply: (to, replies) => bus.tell(channels.answersOf(to), replies),
    onReply: receive => {
      onReply = receive;
    },
    close: async () => {
      pending.close();
      await Promise.all(connections.map(({ part }) => part.close()));
    },
  };
}

const isJoin = (step: Step): boolean => 'join' in step;

const isPromise = (step: Step): boolean => 'leave' in step || 'close' in step || 'refresh' in step;

/** Resolves when all that are alive have answered, and after the time in any case. */
function allAnswer(answers: Answers, live: Promise<readonly string[]>, withinMs: number): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, withinMs);
    live.then(
      gateways => {
        answers.look = () => {
          if (!gateways.every(gateway => answers.from.has(gateway))) return;
          clearTimeout(timer);
          resolve();
        };
        answers.look();
      },
      () => {},
    );
  });
}
