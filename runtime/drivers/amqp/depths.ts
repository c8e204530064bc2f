/**
 * What the broker says of its queues when it is asked. On a channel of its own, opened for the question: the broker
 * closes the channel on which it is asked for a queue that it does not have.
 */
import type { ChannelModel } from 'amqplib';
import type { QueueDepth } from '../../contract/ports.js';
import { closeChannel, listening } from './channel.js';
import { settleWithin } from './settle-within.js';

const PATIENCE_MS = 1_000;

/** Those that it has told of when its time is over. Never rejects. */
export async function depthsOf<Queue extends { readonly name: string }>(
  connection: ChannelModel,
  queues: readonly Queue[],
): Promise<readonly (Queue & QueueDepth)[]> {
  const told: (Queue & QueueDepth)[] = [];
  async function ask(): Promise<void> {
    for (let next = 0; next < queues.length; ) {
      const channel = listening(await connection.createChannel(), () => undefined);
      try {
        for (const queue of queues.slice(next)) {
          next++;
          const { messageCount: ready, consumerCount: consumers } = await channel.checkQueue(queue.name);
          told.push({ ...queue, ready, consumers });
        }
      } catch {
        // It is not there, and its channel has gone with it; the next one is asked for on another.
      }
      await closeChannel(channel);
    }
  }
  await settleWithin(PATIENCE_MS, ask());
  return [...told];
}
