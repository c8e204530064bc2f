/**
 * How processes of the fan-out publish on one server, where gateways listen over one connection, so that its order is
 * everybody's: acts on rooms, which are server-side events of Socket.IO's adapter, to all gateways; news for those who are
 * in the rooms, to all gateways or to those that hear the room's shard; and what is for one process, on a channel of its own.
 * A client that is away is never waited for: what cannot be published now is `unavailable` now.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Failure } from '../../contract/failure.js';
import type { Step } from '../../contract/ports.js';
import type { Channels } from './channels.js';
import { reconnect } from './connection.js';

/** What goes over the channel, by the name of its event. */
export interface Messages {
  'fanout:emissions': {
    readonly emissions: readonly Step[];
    /** Whom to tell when they are carried out. */
    readonly promise?: { readonly id: string; readonly answerTo: string };
  };
}

/** Characters of publications that Redis has not confirmed; shared by lanes. */
export interface Account {
  inFlight: number;
}

export interface Bus {
  /** Resolves when Redis has passed it on; rejects with `unavailable`. Messages go out in the order of the calls. */
  publish<Name extends keyof Messages>(name: Name, message: Messages[Name]): Promise<void>;
  /** The same for what clients are to hear, by its channels, all of it at once. */
  publishNews(news: readonly News[]): Promise<void>;
  /** The same, not in that order; and what was rejected is never passed on later, however long the network holds it. */
  publishNowOrNever<Name extends keyof Messages>(name: Name, message: Messages[Name]): Promise<void>;
  /** JSON for one process, by the channel that it hears on; in order with what is published. */
  send(channel: string, value: unknown): Promise<void>;
  /** Tells another process that a gateway has kept a promise. Best effort: the other does not wait for ever. */
  answer(promise: { readonly id: string; readonly answerTo: string }, gateway: string): void;
  /** As `send`, and best effort: not while Redis is away or has too much to take in. */
  tell(channel: string, value: unknown): void;
}

export interface News {
  readonly channel: string;
  readonly text: string;
}

export interface BusOptions {
  readonly publisher: Redis;
  readonly channels: Channels;
  readonly account: Account;
  /** How long Redis may take for a command before its connection counts as dead. */
  readonly timeoutMs: number;
}

/** How long `now` is, and how much of it Redis gets: the rest is for clocks that run unevenly. */
const NOW_MS = 2_000;
const CAUTION = 0.9;

const MOST_IN_FLIGHT = 16 * 1024 * 1024;

export function redisBus({ publisher, channels, account, timeoutMs }: BusOptions): Bus {
  const { acts, publish } = channels;

  /** Nothing is written, and nothing spent on it, while Redis is away or has too much to take in already. */
  function look(): void {
    if (publisher.status !== 'ready') throw new Failure('unavailable', 'the fan-out is not connected');
    if (account.inFlight >= MOST_IN_FLIGHT) throw new Failure('unavailable', 'the fan-out is too slow');
  }

  /** As the adapter hears it. Its emitter would write the same, and could not tell whether Redis has passed it on. */
  function write<Name extends keyof Messages>(name: Name, message: Messages[Name]): string {
    look();
    return JSON.stringify(channels.envelope(name, message));
  }

  /** Written to the connection at once. */
  async function publishAll(news: readonly News[]): Promise<void> {
    const pipeline = publisher.pipeline();
    for (const { channel, text } of news) channels.publishLater(pipeline, channel, text);
    for (const [failure] of (await pipeline.exec()) ?? []) if (failure) throw failure;
  }

  async function confirmed<Value>(size: number, command: Promise<Value>): Promise<Value> {
    account.inFlight += size;
    try {
      return await within(command, publisher, timeoutMs);
    } finally {
      account.inFlight -= size;
    }
  }

  return {
    publish: async (name, message) => {
      const text = write(name, message);
      await confirmed(text.length, publish(publisher, acts, text));
    },
    publishNews: async news => {
      look();
      const size = news.reduce((sum, { text }) => sum + text.length, 0);
      const [only, ...others] = news;
      if (!only) return;
      await confirmed(size, others.length > 0 ? publishAll(news) : publish(publisher, only.channel, only.text));
    },
    send: async (channel, value) => {
      look();
      const text = JSON.stringify(value);
      await confirmed(text.length, publish(publisher, channel, text));
    },
    publishNowOrNever: async (name, message) => {
      const text = write(name, message);
      const [seconds, micros] = await confirmed(0, publisher.time());
      const asked = performance.now();
      const until = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000) + NOW_MS * CAUTION;
      try {
        const sent = channels.publishUntil(publisher, acts, text, until);
        if ((await confirmed(text.length, sent)) !== 1) throw new Failure('unavailable', 'the fan-out was too slow');
      } catch (thrown) {
        // It may be under way, even on a connection that is lost. Redis's clock has passed the moment when ours has.
        await delay(asked + NOW_MS - performance.now());
        throw thrown;
      }
    },
    answer: ({ id, answerTo }, gateway) => {
      publish(publisher, answerTo, JSON.stringify({ id, gateway })).catch(() => {});
    },
    tell: (channel, value) => {
      if (publisher.status !== 'ready' || account.inFlight >= MOST_IN_FLIGHT) return;
      const text = JSON.stringify(value);
      confirmed(text.length, publish(publisher, channel, text)).catch(() => {});
    },
  };
}

/** A command that Redis does not answer in time fails, and so does its connection, which may be half open. */
export async function within<Value>(command: Promise<Value>, client: Redis, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reconnect(client);
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([command, late]);
  } catch (cause) {
    throw new Failure('unavailable', 'the fan-out has failed', { cause });
  } finally {
    clearTimeout(timer);
  }
}
