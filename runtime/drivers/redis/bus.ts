/**
 * What every process of the fan-out shares: two channels in Redis, on which all publish and gateways listen over one
 * connection, so that Redis's own order is everybody's: one for acts on rooms, which are server-side events of Socket.IO's
 * adapter, and one for news to those who are in them; and one channel of each process, on which it hears the answers to its promises.
 * A client that is away is never waited for: what cannot be published now is `unavailable` now.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Failure } from '../../contract/failure.js';
import type { Step } from '../../contract/ports.js';
import type { Channels } from './channels.js';
import { type SentEvent, writeEvents } from './sent-events.js';

/** What goes over the channel, by the name of its event. */
export interface Messages {
  'fanout:emissions': {
    readonly emissions: readonly Step[];
    /** Whom to tell when they are carried out. */
    readonly promise?: { readonly id: string; readonly answerTo: string };
  };
  /** A gateway's message to itself. */
  'fanout:ping': { readonly gateway: string; readonly number: number };
}

export interface Bus {
  /** Resolves when Redis has passed it on; rejects with `unavailable`. Messages go out in the order of the calls. */
  publish<Name extends keyof Messages>(name: Name, message: Messages[Name]): Promise<void>;
  /** The same for what clients are to hear. */
  publishNews(news: readonly SentEvent[]): Promise<void>;
  /** The same, not in that order; and what was rejected is never passed on later, however long the network holds it. */
  publishNowOrNever<Name extends keyof Messages>(name: Name, message: Messages[Name]): Promise<void>;
  /** Tells another process that a gateway has kept a promise. Best effort: the other does not wait for ever. */
  answer(promise: { readonly id: string; readonly answerTo: string }, gateway: string): void;
  /** JSON for one process, by the channel that it hears on. Best effort: not while Redis is away or has too much to take in. */
  tell(channel: string, value: unknown): void;
}

export interface BusOptions {
  readonly publisher: Redis;
  readonly channels: Channels;
  /** How long Redis may take for a command before its connection counts as dead. */
  readonly timeoutMs: number;
}

/** How long `now` is, and how much of it Redis gets: the rest is for clocks that run unevenly. */
const NOW_MS = 2_000;
const CAUTION = 0.9;

/** Characters of publications that Redis has not confirmed. */
const MOST_IN_FLIGHT = 16 * 1024 * 1024;

export function redisBus({ publisher, channels, timeoutMs }: BusOptions): Bus {
  let inFlight = 0;
  const { acts, news: newsChannel, publish } = channels;

  /** Nothing is written, and nothing spent on it, while Redis is away or has too much to take in already. */
  function look(): void {
    if (publisher.status !== 'ready') throw new Failure('unavailable', 'the fan-out is not connected');
    if (inFlight >= MOST_IN_FLIGHT) throw new Failure('unavailable', 'the fan-out is too slow');
  }

  /** As the adapter hears it. Its emitter would write the same, and could not tell whether Redis has passed it on. */
  function write<Name extends keyof Messages>(name: Name, message: Messages[Name]): string {
    look();
    return JSON.stringify(channels.envelope(name, message));
  }

  async function confirmed<Value>(size: number, command: Promise<Value>): Promise<Value> {
    inFlight += size;
    try {
      return await within(command, publisher, timeoutMs);
    } finally {
      inFlight -= size;
    }
  }

  return {
    publish: async (name, message) => {
      const text = write(name, message);
      await confirmed(text.length, publish(publisher, acts, text));
    },
    publishNews: async news => {
      look();
      const text = writeEvents(news);
      await confirmed(text.length, publish(publisher, newsChannel, text));
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
      if (publisher.status !== 'ready' || inFlight >= MOST_IN_FLIGHT) return;
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
      client.disconnect(true);
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
