/**
 * The dead-letter queues in an operator's hands: one connection for one command, which fails instead of waiting.
 * A letter leaves its queue only when it is settled; all others are back in their places when the reading ends.
 */
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib';
import { closeChannel, listening } from './channel.js';
import { beforeDeath, type Death, deathOf } from './dead-letter.js';
import { entriesOf } from './log.js';
import { login, userOf } from './login.js';
import { settleWithin } from './settle-within.js';
import { messageOf } from './supervise.js';
import { deadLetterQueue, type QueueShape } from './topology.js';
import { upgradeQueue } from './upgrade.js';

export interface DeadLetter extends Death {
  readonly body: Buffer;
  /** Those of the broker's message, but for its headers; those that it has not are undefined. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>> | undefined;
  /** Publishes it to the queue, and takes it off here when the broker has confirmed that: dying in between doubles it. */
  retry(queue: string): Promise<void>;
  drop(): void;
}

export interface DeadLetters {
  /** How many wait in the queue's dead-letter queue; undefined when there is no such queue at the broker. */
  count(queue: string): Promise<number | undefined>;
  /** The oldest ones, of those that are there now, one after the other. */
  read(queue: string, limit: number): AsyncGenerator<DeadLetter>;
  /** The entries of a log, in their order; none when there is no such log at the broker. */
  entries(log: string): Promise<readonly string[]>;
  /** How many messages were moved; undefined when there was nothing to do. Rejects with an Error for an operator. */
  upgrade(queue: QueueShape): Promise<number | undefined>;
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
  const { connection, user } = await anyOf(urls);
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
    const settler = settlerOf(channel, user);
    try {
      for (let read = 0; read < there; read++) {
        const message = await channel.get(deadLetterQueue(queue));
        if (message === false) return;
        yield settler(message);
      }
    } finally {
      await channel.waitForConfirms().catch(() => undefined);
      await closeChannel(channel);
    }
  }

  const upgrade = (queue: QueueShape) => upgradeQueue(connection, queue, user);

  return {
    count,
    read,
    entries: log => entriesOf(connection, log),
    upgrade,
    close: () => settleWithin(CLOSE_TIMEOUT_MS, connection.close()),
  };
}

interface UnderWay {
  readonly queue: string;
  readonly letter: GetMessage;
  returned: boolean;
}

/** `user` is whom the connection is logged in as. */
function settlerOf(channel: ConfirmChannel, user: string): (message: GetMessage) => DeadLetter {
  const underWay = new Set<UnderWay>();
  // A returned message has nothing of ours on it to be known by; of several that are alike, one is as good as another.
  channel.on('return', ({ fields, properties, content }) => {
    for (const each of underWay) {
      const { messageId } = each.letter.properties;
      if (each.returned || each.queue !== fields.routingKey || messageId !== properties.messageId) continue;
      if (!content.equals(each.letter.content)) continue;
      each.returned = true;
      return;
    }
  });

  return letter => {
    const retry = (queue: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const sent = { queue, letter, returned: false };
        const options = { ...beforeDeath(letter, user), mandatory: true, persistent: true };
        underWay.add(sent);
        channel.publish('', queue, letter.content, options, error => {
          underWay.delete(sent);
          if (error) return reject(new Error(`the broker did not take a message for ${queue}: ${messageOf(error)}`));
          // What nobody has is returned first, and then confirmed.
          if (sent.returned) return reject(new Error(`there is no queue ${queue} at the broker`));
          channel.ack(letter);
          resolve();
        });
      });
    const { headers, ...properties } = letter.properties;
    return { ...deathOf(letter), body: letter.content, properties, headers, retry, drop: () => channel.ack(letter) };
  };
}

async function anyOf(urls: readonly string[]): Promise<{ readonly connection: ChannelModel; readonly user: string }> {
  const reasons: string[] = [];
  for (const url of urls) {
    try {
      const connection = await connect(url, { noDelay: true, timeout: CONNECT_TIMEOUT_MS, ...login(url) });
      return { connection, user: userOf(url) };
    } catch (error) {
      reasons.push(`${new URL(url).host}: ${messageOf(error)}`);
    }
  }
  throw new Error(`no broker can be talked to; ${reasons.join('; ')}`);
}
