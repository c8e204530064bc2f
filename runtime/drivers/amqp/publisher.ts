/** The channel for everything that must arrive, with the queues asserted before anything is written to it. */
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { closeChannel, listening } from './channel.js';
import type { Letter, Outbox } from './outbox.js';
import { messageOf, type Supervised, supervise } from './supervise.js';
import { assertQueues, deadLetterQueue, type QueueShape } from './topology.js';

export interface PublisherOptions {
  readonly name: string;
  readonly log: Log;
  readonly link: Supervised<ChannelModel>;
  readonly outbox: Outbox;
}

export function openPublisher({ name, log, link, outbox }: PublisherOptions) {
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
      ...(letter.replyTo !== undefined && { replyTo: letter.replyTo }),
    });

  async function open(broke: (reason: string) => void): Promise<ConfirmChannel> {
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
    outbox.attach(writeTo(confirmed));
    return confirmed;
  }

  const channel = supervise<ConfirmChannel>({
    what: `${name}: publish`,
    log,
    open,
    async close(confirmed) {
      connection = undefined;
      outbox.detach();
      await closeChannel(confirmed);
    },
  });

  return {
    state: channel.state,
    stop: channel.stop,
    /** Remembered for every connection to come; asserted at once if there is one. */
    async declare(queues: readonly QueueShape[]): Promise<void> {
      for (const queue of queues) declared.set(queue.name, queue);
      if (connection === undefined) return;
      await assertQueues(connection, queues).catch(error => channel.fail(messageOf(error)));
    },
  };
}
