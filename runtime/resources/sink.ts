/** Queues whose publications go where `K_SINK` says, if it says anything. */
import type { Queues } from '../contract/ports.js';
import type { Opening } from './resources.js';

/**
 * The queues, or where `K_SINK` is set, queues whose publications go there.
 *
 * @example
 * import { toSink } from 'function-runtime/resources/sink';
 *
 * const publishing = (opening: Opening, queues: Queues) => toSink(opening, queues);
 */
export async function toSink({ config, log }: Opening, queues: Queues): Promise<Queues> {
  const { sink: url, ceOverrides: extensions } = config;
  if (url === undefined) return queues;
  const { sinkQueues } = await import('../drivers/sink/queues.js');
  return sinkQueues({ url, extensions, queues, log });
}
