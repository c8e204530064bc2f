/**
 * The dead-letter queues in an operator's hands: one connection for one command, which fails instead of waiting.
 * A letter leaves its queue only when it is settled; all others are back in their places when the reading ends.
 */
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { atMost } from './at-most.js';
import { closeChannel, listening } from './channel.js';
import { type Death, deathOf, withoutTraces } from './dead-letter.js';
import { login } from './login.js';
import { messageOf } from './supervise.js';
import { deadLetterQueue } from './topology.js';

export interface DeadLetter extends Death {
  readonly body: Buffer;
  /** Publishes it to the queue, and takes it off here when the broker has confirmed that: dying in between doubles it. */
  retry(queue: string): Promise<void>;
  drop(): void;
}

export interface DeadLetters {
  /** How many wait in the queue's dead-letter queue; undefined when there is no such queue at the broker. */
  count(queue: string): Promise<number | undefined>;
  /** The oldest ones, of those that are there now, one after the other. */
  read(queue: string, limit: number): AsyncGenerator<DeadLetter>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface DeadLettersOptions {
  /** The nodes of one cluster, tried in turn. */
  readonly urls: readonly string[];
  /** The broker is short of memory or disk, and confirms nothing until it is not. */
  readonly onBlocked: (reason: string) => void;
}

/** Rejects with an Error for an operator, without credentials, when none of the nodes can be talked to. */
export async function openDeadLetters({ urls, onBlocked }: DeadLettersOptions): Promise<DeadLetters> {
  const connection = await anyOf(urls);
  connection.on('error', () => undefined);
  connection.on('blocked', onBlocked);

  async function count(queue: string): Promise<number | undefined> {
    // On a channel of its own, since the broker closes the channel on which it is asked for what there is not.
    const channel = listening(await connection.createChannel(), () => undefined);
    try {
      return (await channel.checkQueue(deadLetterQueue(queue))).messageCount;
    } catch (error) {
      if ((error as { code?: number }).code === 404) return undefined;
      throw error;
    } finally {
      await closeChannel(channel);
    }
  }

  async function* read(queue: string, limit: number): AsyncGenerator<DeadLetter> {
    // What dies again meanwhile comes in behind those that are there, and is not read.
    const there = Math.min(limit, (await count(queue)) ?? 0);
    const channel = listening(await connection.createConfirmChannel(), () => undefined);
    const desk = letterDesk(channel);
    try {
      for (let read = 0; read < there; read++) {
        const message = await channel.get(deadLetterQueue(queue));
        if (message === false) return;
        yield desk(message);
      }
    } finally {
      await channel.waitForConfirms().catch(() => undefined);
      await closeChannel(channel);
    }
  }

  return { count, read, close: () => atMost(CLOSE_TIMEOUT_MS, connection.close()) };
}

function letterDesk(channel: ConfirmChannel): (message: GetMessage) => DeadLetter {
  const returned = new Set<string>();
  channel.on('return', ({ properties }) => returned.add(properties.messageId));
  let handled = 0;

  return message => {
    const { content, properties } = message;
    handled += 1;
    const messageId = `dlq.${handled}`;
    const retry = (queue: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const options = {
          mandatory: true,
          persistent: true,
          messageId,
          contentType: properties.contentType,
          contentEncoding: properties.contentEncoding,
          headers: withoutTraces(properties.headers),
        };
        channel.publish('', queue, content, options, error => {
          if (error) return reject(new Error(`the broker did not take a message for ${queue}: ${messageOf(error)}`));
          // What nobody has is returned first, and then confirmed.
          if (returned.has(messageId)) return reject(new Error(`there is no queue ${queue} at the broker`));
          channel.ack(message);
          resolve();
        });
      });
    return { ...deathOf(message), body: content, retry, drop: () => channel.ack(message) };
  };
}

async function anyOf(urls: readonly string[]): Promise<ChannelModel> {
  const reasons: string[] = [];
  for (const url of urls) {
    try {
      return await connect(url, { noDelay: true, timeout: CONNECT_TIMEOUT_MS, ...login(url) });
    } catch (error) {
      reasons.push(`${new URL(url).host}: ${messageOf(error)}`);
    }
  }
  throw new Error(`no broker can be talked to; ${reasons.join('; ')}`);
}
