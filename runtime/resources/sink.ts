/** Queues whose publications go where `K_SINK` says, if it says anything. */
import type { Queues } from '../contract/ports.js';
import type { Opening } from './resources.js';

export async function toSink({ config, log }: Opening, queues: Queues): Promise<Queues> {
  const { sink: url, ceOverrides: extensions } = config;
  if (url === undefined) return queues;
  const { sinkQueues } = await import('../drivers/sink/queues.js');
  return sinkQueues({ url, extensions, queues, log });
}
