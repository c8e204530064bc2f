/** What a queue hands over, and how it is taken. */

/**
 * One message off a queue. Exactly one of `ack` and `dead` is called, once, when everything that follows from it is
 * done.
 *
 * @example
 * const take = ({ body, ack }: Delivery) => {
 *   console.log(body);
 *   ack();
 * };
 */
export interface Delivery {
  /** JSON text, or whatever somebody put there. */
  readonly body: string;
  /** Where the consumer's replies go, if the publisher waits for any: an address for `Fanout.reply`, or whatever somebody put there. */
  readonly replyTo?: string;
  /** Whether the queue has taken it back, as with a lost connection: it is delivered again, and settling it does nothing. */
  readonly stale: boolean;
  /** Done: the queue forgets it. */
  ack(): void;
  /** Never to be done: whole, with its reason, to `QUEUE.dlq`, and only then forgotten. `body` replaces it by a part of it. */
  dead(reason: string, body?: string): Promise<void>;
}

/**
 * Where the replies go that the publisher of a message waits for.
 *
 * @example
 * const replyTo: ReplyTo = { address: 'gateway-1', receive: replies => console.log(replies) };
 */
export interface ReplyTo {
  /** Travels with the message, for its consumer: see `Fanout.reply`. */
  readonly address: string;
  /** For a driver that hears the replies itself, while it publishes. */
  receive(replies: readonly unknown[]): void;
}

/**
 * How a queue is consumed.
 *
 * @example
 * const options: ConsumeOptions = { ordered: true, prefetch: 128 };
 */
export interface ConsumeOptions {
  /** One consumer at a time over all replicas; deliveries in the order of publication. */
  readonly ordered: boolean;
  /** The most deliveries of a queue handed over and neither acknowledged nor dead. */
  readonly prefetch: number;
  /**
   * Another replica is to go on with these ordered queues: resolves when what has begun of them is done, and begins
   * nothing else that was handed over. Nothing more is, until it has resolved. What is not acknowledged then is delivered
   * again, there or here. Without it what has begun may be done twice.
   */
  readonly release?: (queues: readonly string[]) => Promise<void>;
}

/**
 * Is called with each delivery; `queue` is the one that it came from.
 *
 * @example
 * const onDelivery: OnDelivery = (delivery, queue) => void delivery.dead(`${queue} is not used any more`);
 */
export type OnDelivery = (delivery: Delivery, queue: string) => void;

/**
 * A consumer that runs.
 *
 * @example
 * const stop = async (consumer: Consumer) => consumer.cancel();
 */
export interface Consumer {
  /** No more deliveries; what was handed over may still be acknowledged. What is not, is delivered again elsewhere. */
  cancel(): Promise<void>;
}

/**
 * How it stands with a queue.
 *
 * @example
 * const depth: QueueDepth = { ready: 1_200, consumers: 1 };
 */
export interface QueueDepth {
  /** Messages that no consumer has. */
  readonly ready: number;
  /** Those that take from it, over all replicas: of an ordered queue one at most, while the others stand by. */
  readonly consumers: number;
}
