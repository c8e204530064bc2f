/** The channel for everything that must arrive, with the queues asserted before anything is written to it. */
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { type FactTopology, type Topic, WayClosed } from '../../contract/ports.js';
import { closeChannel, listening } from './channel.js';
import { MESSAGE_ID } from './dead-letter.js';
import { assertFacts } from './facts.js';
import type { Outbox, OutgoingMessage } from './outbox.js';
import { messageOf, type Supervised, supervise } from './supervise.js';
import { assertQueues, deadLetterQueue, type QueueShape } from './topology.js';
import { queueOnWay, WAYS } from './ways.js';

const FORMER =
  'queues of an older version dead-letter good messages after 200 restarts of consumers: see `npm run dlq -- upgrade`';

export interface PublisherOptions {
  readonly name: string;
  readonly log: Log;
  readonly link: Supervised<ChannelModel>;
  readonly outbox: Outbox;
}

export function openPublisher({ name, log, link, outbox }: PublisherOptions) {
  const declared = new Map<string, QueueShape>();
  const topologies: FactTopology[] = [];
  const former = new Set<string>();
  let connection: ChannelModel | undefined;

  const isDeclared = (queue: string): boolean =>
    [...declared.keys()].some(known => queue === known || queue === deadLetterQueue(known));

  async function assert(connection: ChannelModel, queues: readonly QueueShape[]): Promise<void> {
    const found = await assertQueues(connection, queues);
    for (const { name } of queues) former.delete(name);
    for (const name of found) former.add(name);
    if (found.length > 0) log.warn({ what: name, queues: found }, FORMER);
  }

  const writeTo = (channel: ConfirmChannel) => (message: OutgoingMessage, id: string) =>
    channel.publish(message.exchange ?? '', message.routingKey, message.content, {
      ...message.properties,
      ...(message.repeat ? { messageId: id } : { headers: { ...message.properties.headers, [MESSAGE_ID]: id } }),
      mandatory: true,
      persistent: true,
    });

  async function open(broke: (reason: string) => void): Promise<ConfirmChannel> {
    connection = await link.live();
    await assert(connection, [...declared.values()]);
    for (const topology of topologies) await assertFacts(connection, topology);
    const confirmed = listening(await connection.createConfirmChannel(), broke);
    confirmed.on('ack', fields => outbox.confirm(fields));
    confirmed.on('drain', outbox.drained);
    // A queue in trouble, which may be over on the next channel: until then what was refused waits.
    confirmed.on('nack', fields => {
      outbox.refuse(fields);
      broke('the broker refused a message');
    });
    confirmed.on('return', ({ fields, properties }) => {
      const { exchange, routingKey: queue } = fields;
      const id = properties.headers?.[MESSAGE_ID] ?? properties.messageId;
      if (exchange === WAYS) {
        outbox.fail(id, new WayClosed(queueOnWay(queue)));
      } else if (exchange !== '' || isDeclared(queue)) {
        outbox.returned(id);
        broke(exchange === '' ? `queue ${queue} has gone` : `no queue gets ${queue} of ${exchange} any more`);
      } else {
        outbox.fail(id, new Failure('unavailable', `there is no queue ${queue}`));
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
    /** Those that were declared, in this order. */
    queues: (): readonly string[] => [...declared.keys()],
    /** What is wrong with queues that are used nevertheless. */
    degraded: (): readonly string[] => (former.size > 0 ? [`${FORMER}: ${[...former].join(', ')}`] : []),
    /** Remembered for every connection to come; asserted at once if there is one. */
    async declare(queues: readonly QueueShape[]): Promise<void> {
      for (const queue of queues) declared.set(queue.name, queue);
      if (connection === undefined) return;
      await assert(connection, queues).catch(error => channel.fail(messageOf(error)));
    },
    /** Whether any queue is bound to it. */
    binds: ({ exchange, type }: Topic): boolean =>
      topologies.some(known => known.exchange === exchange && known.bindings.some(binding => binding.type === type)),
    /** The same, of facts: after their queues. */
    async bind(topology: FactTopology): Promise<void> {
      topologies.push(topology);
      if (connection === undefined) return;
      await assertFacts(connection, topology).catch(error => channel.fail(messageOf(error)));
    },
  };
}
