/** How facts get to the queues of those who subscribe to them. */

/**
 * Facts of one type that share a slot: those with one key do.
 *
 * @example
 * const topic: Topic = { exchange: 'shop.facts', type: 'orders.closed.v1', slot: 17 };
 */
export interface Topic {
  readonly exchange: string;
  readonly type: string;
  readonly slot: number;
}

/**
 * A queue gets the facts of a type whose slots are `part` modulo `of`.
 *
 * @example
 * const binding: FactBinding = { queue: 'search.0', type: 'orders.closed.v1', part: 0, of: 2 };
 */
export interface FactBinding {
  readonly queue: string;
  readonly type: string;
  readonly part: number;
  readonly of: number;
}

/**
 * Which queues get which facts of one exchange.
 *
 * @example
 * const topology: FactTopology = { exchange: 'shop.facts', bindings: [] };
 */
export interface FactTopology {
  readonly exchange: string;
  readonly bindings: readonly FactBinding[];
}
