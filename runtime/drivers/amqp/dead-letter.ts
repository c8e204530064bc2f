/**
 * What goes to a queue's dead-letter queue: the message, byte for byte or the part that failed, with its properties and
 * headers, and in headers of our own why, from where and when. The broker puts messages there as well, those that
 * expire or that a policy limits, and says so in headers of its own.
 */
import type { ConsumeMessage, Message, MessageProperties, Options } from 'amqplib';
import type { OutgoingMessage } from './outbox.js';
import { deadLetterQueue } from './topology.js';

/** MessageHeaders share one frame with everything else about the message. */
const REASON_LENGTH = 1_000;

/** Names the letter to whoever published it, while the broker has not confirmed it. */
export const MESSAGE_ID = 'x-letter-id';

/**
 * Properties that would change what becomes of the dead letter, each in a header in place of it: an `expiration` would
 * end it, a `userId` other than ours would be refused, and a `CC` would send copies of it elsewhere.
 */
const ASIDE = { expiration: 'x-expiration', userId: 'x-user-id', cc: 'x-cc' } as const;

const OURS = new Set<string>(['x-reason', 'x-queue', 'x-dead-at', MESSAGE_ID, ...Object.values(ASIDE)]);

/** What the broker counts deliveries with. */
const COUNTS = new Set(['x-delivery-count', 'x-acquired-count']);

/** What the broker left of deaths: when it finds its own queue there again, it drops the message. */
const BROKER_DEATHS = /^x-(?:death|(?:first|last)-death-.*)$/;

type MessageHeaders = Readonly<Record<string, unknown>>;

export function deadLetter(queue: string, message: ConsumeMessage, reason: string, part?: string): OutgoingMessage {
  const { expiration, userId, headers = {}, ...properties } = defined(message.properties);
  const { CC: cc, ...others } = headers;
  const aside = Object.entries({ expiration, userId, cc }).filter(([, value]) => value !== undefined);
  return {
    routingKey: deadLetterQueue(queue),
    content: part === undefined ? message.content : Buffer.from(part),
    properties: {
      ...properties,
      ...(part !== undefined && contentOfPart(part, properties.contentType)),
      headers: {
        ...without(others, name => OURS.has(name) || COUNTS.has(name)),
        ...Object.fromEntries(aside.map(([name, value]) => [ASIDE[name as keyof typeof ASIDE], value])),
        'x-reason': reason.slice(0, REASON_LENGTH),
        'x-queue': queue,
        'x-dead-at': new Date().toISOString(),
      },
    },
    // When its channel is lost, so is the delivery, which comes again and is dead again.
    repeat: false,
  };
}

/** One event of a batch is no batch. */
function contentOfPart(part: string, contentType = 'application/json'): Options.Publish {
  const single = !part.startsWith('[') && /^application\/cloudevents-batch\+json\b/i.test(contentType);
  return { contentType: single ? 'application/cloudevents+json' : contentType };
}

/**
 * The properties that the message had before it died, for `user` to publish it again. Not among them: another user's
 * name, which only that user may give, and the queues that got copies, which have theirs already.
 */
export function beforeDeath(message: Message, user: string): Options.Publish {
  const { [ASIDE.expiration]: expiration, [ASIDE.userId]: userId } = message.properties.headers ?? {};
  const { headers, ...properties } = again(message, user);
  return {
    ...properties,
    ...(typeof expiration === 'string' && { expiration }),
    ...(userId === user && { userId: user }),
    headers: without(headers, name => OURS.has(name) || BROKER_DEATHS.test(name)),
  };
}

/** The properties that the message has, for `user` to publish it to one other queue. */
export function again({ properties: { headers = {}, userId, ...properties } }: Message, user: string): Options.Publish {
  return {
    ...defined(properties),
    ...(userId === user && { userId }),
    headers: without(headers, name => name === 'CC' || COUNTS.has(name)),
  };
}

const defined = <Properties extends Partial<MessageProperties>>(properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Properties;

const without = (headers: MessageHeaders, left: (name: string) => boolean): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !left(name)));

export interface Death {
  readonly reason: string;
  /** Where it was, as far as the message says. */
  readonly queue: string | undefined;
  /** ISO 8601 */
  readonly at: string | undefined;
}

/** The one that came last. MessageHeaders hold whatever somebody put there. */
export function deathOf({ properties: { headers = {} } }: Message): Death {
  const own = {
    reason: textOf(headers['x-reason']) ?? 'no reason told',
    queue: textOf(headers['x-queue']),
    at: textOf(headers['x-dead-at']),
  };
  const byBroker = (headers['x-death'] as readonly BrokerDeath[] | undefined)?.[0];
  if (!byBroker) return own;
  const at = timeOf(byBroker.time?.value);
  if (own.at !== undefined && own.at > (at ?? '')) return own;
  return {
    reason: `the broker gave it up: ${textOf(byBroker.reason) ?? 'no reason told'}`,
    queue: textOf(byBroker.queue),
    at,
  };
}

/** RabbitMQ's own record: https://www.rabbitmq.com/docs/dlx#effects */
interface BrokerDeath {
  readonly reason?: unknown;
  readonly queue?: unknown;
  readonly time?: { readonly value?: unknown };
}

/** Of seconds; undefined for what is beyond the years that there are. */
function timeOf(seconds: unknown): string | undefined {
  const time = new Date(typeof seconds === 'number' ? seconds * 1_000 : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
