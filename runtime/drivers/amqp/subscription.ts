/**
 * One consumer of queues that are worked on together, on a channel of its own, subscribed again after whatever ends it.
 * Deliveries of a channel that has ended are nobody's any more: settling them does nothing, since the broker delivers
 * them again. One channel for all of them, since the broker writes to each by itself: what comes at the same time from
 * several queues is then one packet, and wakes this process once.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type Channel, type ChannelModel, type ConsumeMessage, IllegalOperationError } from 'amqplib';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { ConsumeOptions, Delivery, OnDelivery, PartState } from '../../contract/ports.js';
import { type Acks, gatherAcks } from './acks.js';
import { closeChannel, listening } from './channel.js';
import { deadLetter } from './dead-letter.js';
import type { OutgoingMessage } from './outbox.js';
import { messageOf, type Supervised, supervise } from './supervise.js';
import { assertQueues } from './topology.js';

export interface SubscriptionOptions extends Omit<ConsumeOptions, 'release'> {
  readonly queues: readonly string[];
  /** Unique to the process. */
  readonly instance: string;
  readonly log: Log;
  readonly link: Supervised<ChannelModel>;
  readonly send: (message: OutgoingMessage) => Promise<void>;
  readonly onDelivery: OnDelivery;
  /** The queues were there a moment ago, as they should be: the first time they are not declared again. */
  readonly declared?: boolean;
  /** It consumes, whether for the first time or again. */
  readonly onOpen?: () => void;
}

export interface Subscription {
  state(): PartState;
  cancel(): Promise<void>;
  stop(): Promise<void>;
}

interface Session {
  readonly channel: Channel;
  readonly acks: Acks;
  readonly consumerTags: string[];
  alive: boolean;
}

/**
 * RabbitMQ 4 makes the consumer of the highest priority the active one. As a hash of process and queue it spreads the
 * queues over the processes (rendezvous hashing) with nobody to coordinate them; RabbitMQ 3 ignores it (see `spread`).
 */
const priorityOf = (instance: string, queue: string): number =>
  createHash('sha256').update(`${instance} ${queue}`).digest().readUInt8();

/** A connection that is about to close refuses, and the broker will deliver the message again. */
function unlessClosing(settle: () => void): void {
  try {
    settle();
  } catch (error) {
    if (!(error instanceof IllegalOperationError)) throw error;
  }
}

const isUnwritable = (thrown: unknown): boolean => thrown instanceof Failure && thrown.code === 'unsupported';

/** What the deliveries of one queue in a session have in common. */
interface Settler {
  readonly open: boolean;
  done(tag: number): void;
  deadLetter(message: ConsumeMessage, reason: string, body: string | undefined): Promise<void>;
}

/** A class, for one is made for every message. */
class Arrival implements Delivery {
  declare readonly replyTo?: string;

  constructor(
    private readonly message: ConsumeMessage,
    private readonly settler: Settler,
  ) {
    const { replyTo } = message.properties;
    if (typeof replyTo === 'string') this.replyTo = replyTo;
  }

  /** Not before somebody asks: until then the bytes are enough. */
  get body(): string {
    return this.message.content.toString();
  }

  get stale(): boolean {
    return !this.settler.open;
  }

  ack(): void {
    this.settler.done(this.message.fields.deliveryTag);
  }

  dead(reason: string, body?: string): Promise<void> {
    return this.settler.deadLetter(this.message, reason, body);
  }
}

export function subscribe(options: SubscriptionOptions): Subscription {
  const { queues, ordered, prefetch, instance, log, link, send, onDelivery } = options;
  let cancelled = false;
  let { declared = false } = options;

  const retireWhenDone = (session: Session): void => {
    if (session.acks.size === 0) void supervised.stop();
  };

  function settlerOf(queue: string, session: Session, broke: (reason: string) => void): Settler {
    const done = (tag: number): void => {
      if (!session.alive) return;
      session.acks.settle(tag);
      if (cancelled) retireWhenDone(session);
    };
    return {
      get open() {
        return session.alive;
      },
      done,
      async deadLetter(message, reason, body) {
        if (!session.alive) return;
        try {
          await send(deadLetter(queue, message, reason, body));
        } catch (failure) {
          if (isUnwritable(failure)) return leaveToBroker(queue, message, session, reason);
          // Given back alone it would be overtaken by what was handed over after it; the whole channel keeps the order.
          broke(`a dead letter was not stored: ${messageOf(failure)}`);
          throw failure;
        }
        done(message.fields.deliveryTag);
      },
    };
  }

  /** To the same dead-letter queue, whole and with all its properties; the reason then stands in the log only. */
  function leaveToBroker(queue: string, message: ConsumeMessage, session: Session, reason: string): void {
    if (!session.alive) return;
    log.warn({ queue, reason }, 'dead-lettered by the broker, since its properties cannot be written again');
    unlessClosing(() => session.channel.nack(message, false, false));
    session.acks.known(message.fields.deliveryTag);
    if (cancelled) retireWhenDone(session);
  }

  async function open(broke: (reason: string) => void): Promise<Session> {
    const connection = await link.live();
    const shapes = queues.map(name => ({ name, ordered }));
    if (!declared) await assertQueues(connection, shapes);
    declared = false;
    const channel = listening(await connection.createChannel(), broke);
    const session: Session = {
      channel,
      acks: gatherAcks(prefetch, (tag, allUpTo) => {
        if (!session.alive) return;
        unlessClosing(() => channel.ack({ fields: { deliveryTag: tag } } as ConsumeMessage, allUpTo));
      }),
      consumerTags: [],
      alive: true,
    };
    channel.on('close', () => {
      session.alive = false;
    });
    await channel.prefetch(Math.max(1, prefetch));
    const subscribing = queues.map(queue => {
      const priority = ordered ? { priority: priorityOf(instance, queue) } : {};
      return channel.consume(queue, receive(queue, session, broke), priority);
    });
    for (const { consumerTag } of await Promise.all(subscribing)) session.consumerTags.push(consumerTag);
    // Not before it counts as open.
    setImmediate(() => options.onOpen?.());
    return session;
  }

  function receive(queue: string, session: Session, broke: (reason: string) => void) {
    const settler = settlerOf(queue, session, broke);
    return (message: ConsumeMessage | null): void => {
      if (message === null) broke('the broker cancelled the consumer');
      // What arrives after the cancel stays with the broker, to be delivered elsewhere when the channel closes.
      if (message === null || cancelled || !session.alive) return;
      session.acks.open();
      const delivery = new Arrival(message, settler);
      // Decoding would silently put other characters in their place. What is not stored there comes again.
      if (!isUtf8(message.content)) return void delivery.dead('not UTF-8').catch(() => undefined);
      try {
        onDelivery(delivery, queue);
      } catch (error) {
        log.error({ queue, reason: messageOf(error) }, 'a consumer threw');
        broke('the consumer threw');
      }
    };
  }

  const supervised = supervise<Session>({
    what: queues.length === 1 ? `queue ${queues[0]}` : `queues ${queues.join(', ')}`,
    log,
    open,
    async close(session) {
      session.acks.flush();
      session.alive = false;
      await closeChannel(session.channel);
    },
  });

  return {
    state: supervised.state,
    stop: supervised.stop,
    async cancel() {
      if (cancelled) return;
      cancelled = true;
      supervised.retire();
      const session = supervised.current();
      if (session === undefined) return;
      // An ordered queue's next consumer must not start before what was handed over here is done: it starts when the
      // channel closes, and gets first what was not done. An unordered one's others can go on at once.
      const { channel, consumerTags } = session;
      if (!ordered) await Promise.all(consumerTags.map(tag => channel.cancel(tag))).catch(() => undefined);
      retireWhenDone(session);
    },
  };
}
