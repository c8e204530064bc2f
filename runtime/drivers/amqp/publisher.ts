/**
 * The channel for everything that must arrive, with the queues asserted before anything is written to it, and the
 * address at which this process's replies come in (direct reply-to, which lives and dies with the channel).
 */
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { closeChannel, listening } from './channel.js';
import type { Letter, Outbox } from './outbox.js';
import { messageOf, type Supervised, supervise } from './supervise.js';
import { assertQueues, deadLetterQueue, type QueueShape } from './topology.js';

const REPLY_QUEUE = 'amq.rabbitmq.reply-to';

export interface PublisherOptions {
  readonly name: string;
  readonly log: Log;
  readonly link: Supervised<ChannelModel>;
  readonly outbox: Outbox;
  readonly onReply: (body: string) => void;
}

interface Channels {
  readonly confirmed: ConfirmChannel;
  /** Replies go unconfirmed: nobody waits to hear that they arrived. */
  readonly replies: Channel;
}

export function openPublisher({ name, log, link, outbox, onReply }: PublisherOptions) {
  const declared = new Map<string, QueueShape>();
  let connection: ChannelModel | undefined;

  const isDeclared = (queue: string): boolean =>
    [...declared.keys()].some(known => queue === known || queue === deadLetterQueue(known));

  const writeTo = (channel: ConfirmChannel) => (letter: Letter, id: string) =>
    channel.publish('', letter.queue, letter.content, {
      mandatory: true,
      persistent: true,
      contentType: letter.contentType,
      messageId: id,
      ...(letter.headers !== undefined && { headers: letter.headers }),
      ...(letter.wantsReply && { replyTo: REPLY_QUEUE }),
    });

  async function open(broke: (reason: string) => void): Promise<Channels> {
    connection = await link.live();
    await assertQueues(connection, declared.values());
    const confirmed = listening(await connection.createConfirmChannel(), broke);
    confirmed.on('ack', fields => outbox.confirm(fields));
    confirmed.on('drain', outbox.drained);
    // A queue in trouble, which may be over on the next channel: until then what was refused waits.
    confirmed.on('nack', fields => {
      outbox.refuse(fields);
      broke('the broker refused a message');
    });
    confirmed.on('return', ({ fields, properties }) => {
      const queue = fields.routingKey;
      if (isDeclared(queue)) {
        outbox.returned(properties.messageId);
        broke(`queue ${queue} has gone`);
      } else {
        outbox.fail(properties.messageId, new Failure('unavailable', `there is no queue ${queue}`));
      }
    });
    await confirmed.consume(
      REPLY_QUEUE,
      message => (message === null ? broke('the reply queue has gone') : onReply(message.content.toString())),
      { noAck: true },
    );
    const replies = listening(await connection.createChannel(), broke);
    outbox.attach(writeTo(confirmed));
    return { confirmed, replies };
  }

  const channels = supervise<Channels>({
    what: `${name}: publish`,
    log,
    open,
    async close({ confirmed, replies }) {
      connection = undefined;
      outbox.detach();
      await Promise.all([closeChannel(confirmed), closeChannel(replies)]);
    },
  });

  return {
    state: channels.state,
    stop: channels.stop,
    /** Remembered for every connection to come; asserted at once if there is one. */
    async declare(queues: readonly QueueShape[]): Promise<void> {
      for (const queue of queues) declared.set(queue.name, queue);
      if (connection === undefined) return;
      await assertQueues(connection, queues).catch(error => channels.fail(messageOf(error)));
    },
    reply(replyTo: string, body: string): void {
      if (link.state() !== 'up') return;
      try {
        channels.current()?.replies.publish('', replyTo, Buffer.from(body), { contentType: 'application/json' });
      } catch (error) {
        log.debug({ reason: messageOf(error) }, 'a reply was lost');
      }
    },
  };
}
