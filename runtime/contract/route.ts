/**
 * Where what functions publish goes, as plain data. A *wish* has a route: one queue, whose consumer carries it out and may
 * reply. A *fact* has subscribers, any number of them, none included, and nobody replies.
 */
import type { TSchema } from 'typebox';
import type { AnyEventType, DataOf, ReplyOf } from './event-type.js';

/**
 * A queue. `partitions` > 0: split by hash of the key, each part consumed by one replica at a time, in order; so many to
 * begin with, and as long as PARTITIONS says nothing else. 0: one unordered queue, shared by all replicas.
 *
 * @example
 * const orders: QueueSpec = { name: 'orders', partitions: 8 };
 */
export interface QueueSpec {
  readonly name: string;
  readonly partitions: number;
}

/**
 * Where a wish goes: one queue, whose consumer carries it out and may reply.
 *
 * @example
 * const way: Route = { type: 'orders.placed.v1', queue: 'orders', key: 'customer' };
 */
export interface Route {
  readonly type: string;
  readonly queue: string;
  /** The member of the data that orders and partitions. Without one, events may be consumed at any time relative to others. */
  readonly key?: string;
  /**
   * Where the function that publishes settles: `settle` runs when the consumer's reply is there, or this many milliseconds
   * after the publication, whichever is first, and never before the broker has the event durably.
   */
  readonly replyWithinMs?: number;
}

/**
 * What has happened, and who hears of it.
 *
 * @example
 * const closed: Fact = { type: 'orders.closed.v1', key: 'customer', subscribers: [queues.search] };
 */
export interface Fact {
  readonly type: string;
  /** The member of the data that orders: facts with the same key come to each subscriber in the order of publication. */
  readonly key: string;
  /** The queues that get each of them. Their partitions divide 64. */
  readonly subscribers: readonly QueueSpec[];
  /** Of the data, for documents. */
  readonly schema?: TSchema;
}

/**
 * The facts of a product: the same table in all of its services.
 *
 * @example
 * const facts: Facts = { exchange: 'shop.facts', facts: [fact(orderClosed, { key: 'customer' })] };
 */
export interface Facts {
  /** The broker's name for the place where they are published. */
  readonly exchange: string;
  readonly facts: readonly Fact[];
}

/**
 * The members of data that are texts, and so can order.
 *
 * @example
 * const key: KeyOf<{ customer: string; total: number }> = 'customer';
 */
export type KeyOf<Data> = { [Name in keyof Data & string]: Data[Name] extends string ? Name : never }[keyof Data &
  string];

/**
 * A wish's way to its one queue.
 *
 * @example
 * const routes = [route(orderPlaced, { queue: queues.orders, key: 'customer' })];
 */
export const route = <Published extends AnyEventType>(
  { type }: Published,
  {
    queue,
    ...how
  }: {
    readonly queue: Pick<QueueSpec, 'name'>;
    readonly key?: KeyOf<DataOf<Published>>;
    readonly replyWithinMs?: [ReplyOf<Published>] extends [never] ? never : number;
  },
): Route => ({ type, queue: queue.name, ...how });

/**
 * A fact's way to whoever subscribes.
 *
 * @example
 * const facts = { exchange: 'shop.facts', facts: [fact(orderClosed, { key: 'customer', subscribers: [queues.search] })] };
 */
export const fact = <Published extends AnyEventType>(
  { type, schema }: Published,
  { key, subscribers = [] }: { readonly key: KeyOf<DataOf<Published>>; readonly subscribers?: readonly QueueSpec[] },
): Fact => ({ type, key, subscribers, ...(schema && { schema }) });
