/** How publishers get to the partitions of a queue whose number of partitions may change. */
import { Failure } from '../failure.js';

/**
 * A way to queues for those who publish, which can be closed for good, whoever would still go it. Its name is used once.
 *
 * @example
 * const way: Way = { name: '0190d7a2', queues: ['orders.0', 'orders.1'] };
 */
export interface Way {
  readonly name: string;
  readonly queues: readonly string[];
}

/**
 * The way that a publication was to go is closed, or was never open: no queue has it.
 *
 * @example
 * const goesElsewhere = (failure: unknown) => failure instanceof WayClosed;
 */
export class WayClosed extends Failure {
  constructor(queue: string) {
    super('unavailable', `the way to queue ${queue} is closed`);
  }
}
