/**
 * A log at the broker: a stream, a durable and replicated queue that is only added to, and which everybody reads from its
 * beginning. https://www.rabbitmq.com/docs/streams
 */
import type { Channel, ChannelModel } from 'amqplib';
import type { Log } from '../../contract/function.js';
import { closeChannel, listening } from './channel.js';
import { type Supervised, supervise } from './supervise.js';

/** Entries that are on their way at most. */
const PREFETCH = 100;
/** Entries that are there come within this time of each other; how many there are, the broker says late. */
const QUIET_MS = 700;
const FROM_FIRST = { arguments: { 'x-stream-offset': 'first' } };

export interface FollowOptions {
  readonly name: string;
  readonly link: Supervised<ChannelModel>;
  readonly log: Log;
  readonly onEntry: (entry: string) => void;
}

/** Makes the log where there is none. From the beginning again whenever its channel was lost. */
export function followLog({ name, link, log, onEntry }: FollowOptions): Supervised<Channel> {
  return supervise<Channel>({
    what: `log ${name}`,
    log,
    async open(broke) {
      const connection = await link.live();
      const channel = listening(await connection.createChannel(), broke);
      await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'stream' } });
      await channel.prefetch(PREFETCH);
      const hear: Parameters<Channel['consume']>[1] = message => {
        if (message === null) return broke('the broker cancelled the consumer');
        onEntry(message.content.toString());
        channel.ack(message);
      };
      await channel.consume(name, hear, FROM_FIRST);
      return channel;
    },
    close: closeChannel,
  });
}

/** Those that are there now; none where there is no such log. */
export async function entriesOf(connection: ChannelModel, name: string): Promise<readonly string[]> {
  const channel = listening(await connection.createChannel(), () => undefined);
  const entries: string[] = [];
  try {
    await channel.checkQueue(name);
    await channel.prefetch(PREFETCH);
    await new Promise<void>((resolve, reject) => {
      const quiet = setTimeout(resolve, QUIET_MS);
      const hear: Parameters<Channel['consume']>[1] = message => {
        if (message === null) return resolve();
        entries.push(message.content.toString());
        channel.ack(message);
        quiet.refresh();
      };
      channel.consume(name, hear, FROM_FIRST).catch(reject);
    });
    return entries;
  } catch (error) {
    if ((error as { code?: number }).code === 404) return [];
    throw error;
  } finally {
    await closeChannel(channel);
  }
}
