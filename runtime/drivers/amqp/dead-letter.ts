/** What goes to a queue's dead-letter queue: the message, byte for byte or the part that failed, and why. */
import type { ConsumeMessage } from 'amqplib';
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
    headers: { 'x-reason': reason.slice(0, REASON_LENGTH), 'x-queue': queue },
    wantsReply: false,
    // When its channel is lost, so is the delivery, which comes again and is dead again.
    repeat: false,
  };
}
