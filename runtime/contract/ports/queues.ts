/** The port to durable queues. */
import type { ConsumeOptions, Consumer, OnDelivery, QueueDepth, ReplyTo } from './deliveries.js';
import type { FactTopology, Topic } from './facts.js';
import type { Part } from './part.js';
import type { Way } from './ways.js';

/**
 * How a message is published.
 *
 * @example
 * const options: PublishOptions = { way: '0190d7a2' };
 */
export interface PublishOptions {
  readonly replyTo?: ReplyTo;
  /** The name of the way that it goes, rather than to the queue whatever becomes of ways. */
  readonly way?: string;
  /** Between consumers: it is not for somebody outside. */
  readonly internal?: true;
}

/**
 * Durable queues. A publish that resolved is delivered at least once, whatever dies, and in order per queue for
 * publishes made one after the other by one process. A delivery that was not acknowledged when its consumer went away
 * is delivered again, before younger ones.
 *
 * @example
 * const place = async (queues: Queues) => {
 *   await queues.declare([{ name: 'orders.0', ordered: true }]);
 *   await queues.publish('orders.0', '{}');
 * };
 */
export interface Queues extends Part {
  /** The physical queues with their dead-letter queues; idempotent, safe from many replicas at once. */
  declare(queues: readonly { readonly name: string; readonly ordered: boolean }[]): Promise<void>;
  /**
   * Resolves when the message is safe: on a quorum of the broker's nodes, or, embedded, when its consumer is done
   * with it. Messages go out in the order of the calls. Rejects with Failure `unavailable` when it is not known to be
   * safe within some seconds (3 s of a broker's silence), and at once when the broker is known to be away or to take
   * nothing, or too much is waiting already. It may then arrive nevertheless: whoever sends it again names it the same.
   */
  publish(queue: string, body: string, options?: PublishOptions): Promise<void>;
  /** Opens a way to queues that are declared. Rejects when it may not be open, and is not tried again. */
  openWay(way: Way): Promise<void>;
  /**
   * Closes it: what is published on it after this has resolved rejects with `WayClosed`, in whatever process. What was
   * confirmed before is in its queue. Idempotent; rejects when it may still be open.
   */
  closeWay(way: Way): Promise<void>;
  /** Adds an entry to a log, a durable list that is only added to. Resolves and rejects as `publish` does. */
  append(log: string, entry: string): Promise<void>;
  /**
   * From now on has every entry of the log, from the first on, in the one order that everybody sees; after a lost
   * connection from the first on again.
   */
  follow(log: string, onEntry: (entry: string) => void): void;
  /** Has queues, which are declared, get facts from now on; idempotent, safe from many replicas at once. */
  bind(topology: FactTopology): Promise<void>;
  /**
   * Publishes a fact to every queue that is bound to its topic, whoever consumes there or does not. Resolves and rejects
   * as `publish` does, in order with the facts of its slot, and at once where no queue is bound; embedded, it is safe as long as the process lives.
   */
  announce(topic: Topic, body: string): Promise<void>;
  /** Whether facts are wanted though no queue is bound to them, for somebody outside. */
  readonly announcesAll?: true;
  /**
   * At once when there are deliveries; goes on by itself after a lost connection. Several queues are consumed together:
   * each has its order, and they are cancelled all at once.
   */
  consume(queue: string | readonly string[], options: ConsumeOptions, onDelivery: OnDelivery): Promise<Consumer>;
  /** How it stands with these, those that the broker tells nothing about left out. Never rejects, and does not wait long. */
  depths<Queue extends { readonly name: string }>(queues: readonly Queue[]): Promise<readonly (Queue & QueueDepth)[]>;
}
