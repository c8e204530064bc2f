/**
 * What every process of the fan-out shares: one channel in Redis, on which all publish and gateways listen, so that
 * Redis's own order is everybody's; and one channel of its own, on which a process hears the answers to its promises.
 * A client that is away is never waited for: what cannot be published now is `unavailable` now.
 */
import { randomUUID } from 'node:crypto';
import { Emitter } from '@socket.io/redis-emitter';
import type { Redis } from 'ioredis';
import { Failure } from '../../contract/failure.js';
import type { Emission } from '../../contract/outcome.js';

/** What goes over the channel, by the name of its event. */
export interface Messages {
  'fanout:emissions': {
    readonly emissions: readonly Emission[];
    /** Whom to tell when they are carried out. */
    readonly promise?: { readonly id: string; readonly answerTo: string };
  };
  /** A gateway's message to itself. */
  'fanout:ping': { readonly gateway: string; readonly number: number };
}

export interface Bus {
  /** Resolves when Redis has passed it on; rejects with `unavailable`. Messages go out in the order of the calls. */
  publish<Name extends keyof Messages>(name: Name, message: Messages[Name]): Promise<void>;
  /** Tells another process that a gateway has kept a promise. Best effort: the other does not wait for ever. */
  answer(promise: { readonly id: string; readonly answerTo: string }, gateway: string): void;
  /** Subscribes now and after every reconnection, however long the first connection takes. */
  subscribe(how: 'subscribe' | 'psubscribe', channels: string | readonly string[]): void;
  readonly answerTo: string;
  onAnswer(hear: (id: string, gateway: string) => void): void;
}

export interface BusOptions {
  readonly publisher: Redis;
  readonly subscriber: Redis;
  readonly prefix: string;
  /** How long Redis may take for a command before its connection counts as dead. */
  readonly timeoutMs: number;
}

/** Publications that Redis has not confirmed. */
const MOST_IN_FLIGHT = 10_000;

export function redisBus({ publisher, subscriber, prefix, timeoutMs }: BusOptions): Bus {
  const answerTo = `${prefix}-answers#${randomUUID()}`;
  const wanted: (() => void)[] = [];
  let inFlight = 0;
  let sent: Promise<unknown> = Promise.resolve();
  const emitter = new Emitter(
    {
      publish: (channel: string, text: string) => {
        sent = publisher.publish(channel, text);
      },
    },
    { key: prefix },
  );
  const subscribe: Bus['subscribe'] = (how, channels) => {
    const now = (): void => void subscriber[how](...[channels].flat()).catch(() => {});
    wanted.push(now);
    if (subscriber.status === 'ready') now();
  };

  subscriber.on('ready', () => {
    for (const now of wanted) now();
  });
  subscribe('subscribe', answerTo);

  return {
    publish: async (name, message) => {
      if (publisher.status !== 'ready') throw new Failure('unavailable', 'the fan-out is not connected');
      if (inFlight >= MOST_IN_FLIGHT) throw new Failure('unavailable', 'the fan-out is too slow');
      emitter.serverSideEmit(name, message);
      inFlight += 1;
      try {
        await within(sent, publisher, timeoutMs);
      } finally {
        inFlight -= 1;
      }
    },
    answer: ({ id, answerTo }, gateway) => {
      publisher.publish(answerTo, JSON.stringify({ id, gateway })).catch(() => {});
    },
    subscribe,
    answerTo,
    onAnswer: hear => {
      subscriber.on('messageBuffer', (channel: Buffer, text: Buffer) => {
        if (channel.toString() !== answerTo) return;
        const { id, gateway } = JSON.parse(text.toString()) as { id: string; gateway: string };
        hear(id, gateway);
      });
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
