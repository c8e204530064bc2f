/**
 * What goes to a queue's dead-letter queue: the message, byte for byte or the part that failed, why, and when.
 * The broker puts messages there as well, those that no consumer survives, and says so in headers of its own.
 */
import type { ConsumeMessage, Message } from 'amqplib';
import type { Letter } from './outbox.js';
import { deadLetterQueue } from './topology.js';

/** Headers share one frame with everything else about the message. */
const REASON_LENGTH = 1_000;

export function deadLetter(queue: string, message: ConsumeMessage, reason: string, body?: string): Letter {
  const whole = body === undefined;
  return {
    queue: deadLetterQueue(queue),
    content: whole ? message.content : Buffer.from(body),
    contentType: whole ? (message.properties.contentType ?? 'application/octet-stream') : 'application/json',
    headers: { 'x-reason': reason.slice(0, REASON_LENGTH), 'x-queue': queue, 'x-dead-at': new Date().toISOString() },
    // When its channel is lost, so is the delivery, which comes again and is dead again.
    repeat: false,
  };
}

export interface Death {
  readonly reason: string;
  /** Where it was, as far as the message says. */
  readonly queue: string | undefined;
  /** ISO 8601 */
  readonly at: string | undefined;
}

/** Headers hold whatever somebody put there. */
export function deathOf({ properties: { headers = {} } }: Message): Death {
  const byBroker = (headers['x-death'] as readonly BrokerDeath[] | undefined)?.[0];
  if (byBroker) {
    const seconds = byBroker.time?.value;
    return {
      reason: `the broker gave it up: ${textOf(byBroker.reason) ?? 'no reason told'}`,
      queue: textOf(byBroker.queue),
      at: typeof seconds === 'number' ? new Date(seconds * 1_000).toISOString() : undefined,
    };
  }
  return {
    reason: textOf(headers['x-reason']) ?? 'no reason told',
    queue: textOf(headers['x-queue']),
    at: textOf(headers['x-dead-at']),
  };
}

/** RabbitMQ's own record: https://www.rabbitmq.com/docs/dlx#effects */
interface BrokerDeath {
  readonly reason?: unknown;
  readonly queue?: unknown;
  readonly time?: { readonly value?: unknown };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What a death and the deliveries before it left in the headers: a broker that finds them again drops the message. */
const TRACES = /^x-(?:reason|queue|dead-at|death|(?:first|last)-death-.*|delivery-count|acquired-count)$/;

export const withoutTraces = (headers: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !TRACES.test(name)));
