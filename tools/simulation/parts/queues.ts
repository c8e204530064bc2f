/**
 * The queues of one simulated process: the real driver's outbox, publisher, subscriptions and acknowledgements, on
 * connections to the simulated broker. Only amqplib and the way in which the driver dials are missing.
 */
import type { ChannelModel } from 'amqplib';
import type { Log } from '#runtime/contract/function.js';
import type { Queues } from '#runtime/contract/ports.js';
import { factMessage } from '#runtime/drivers/amqp/facts.js';
import { createOutbox } from '#runtime/drivers/amqp/outbox.js';
import { openPublisher } from '#runtime/drivers/amqp/publisher.js';
import { publishingOn } from '#runtime/drivers/amqp/publishing.js';
import { settleWithin } from '#runtime/drivers/amqp/settle-within.js';
import { type Subscription, subscribe } from '#runtime/drivers/amqp/subscription.js';
import { CONNECTION_LOST, type Supervised, supervise } from '#runtime/drivers/amqp/supervise.js';
import type { Owner, Scheduler } from '../kernel/scheduler.js';
import { type Dialled, dial } from './amqp-connection.js';
import type { Broker } from './broker.js';

/** A process has a connection for publishing and one for consuming. */
type Which = 'publish' | 'consume' | 'both';

export interface SimulatedQueues extends Queues {
  /** The network between the process and the broker fails. */
  cut(which: Which): void;
  /** The network between them holds everything back. */
  stall(which: Which, ms: number): void;
  /** What it publishes arrives, and it hears late of what becomes of that, and of new partitions. */
  lag(ms: number): void;
}

export function simulatedQueues(scheduler: Scheduler, broker: Broker, owner: Owner, log: Log): SimulatedQueues {
  const outbox = createOutbox();
  const subscriptions: Subscription[] = [];
  const dialled = new Map<string, Dialled>();
  const publishing = link('publish');
  const consuming = link('consume');
  const publisher = openPublisher({ name: owner.name, log, link: publishing, outbox });
  const { followed, ...sending } = publishingOn(publishing, outbox, log);

  function link(what: 'publish' | 'consume'): Supervised<ChannelModel> {
    return supervise<ChannelModel>({
      what,
      log,
      async open(broke) {
        const made = await dial(scheduler, broker, owner);
        dialled.set(what, made);
        made.model.on('close', () => broke(CONNECTION_LOST));
        if (what === 'publish') {
          outbox.block(false);
          made.model.on('blocked', () => outbox.block(true));
          made.model.on('unblocked', () => outbox.block(false));
        }
        return made.model;
      },
      close: model => model.close(),
    });
  }

  const links = (which: Which) =>
    [...dialled].flatMap(([what, dialled]) => (which === what || which === 'both' ? [dialled.link] : []));

  return {
    name: 'rabbitmq',
    state: () =>
      [publishing, publisher, ...followed, ...subscriptions].map(part => part.state()).find(it => it !== 'up') ?? 'up',
    declare: publisher.declare,
    ...sending,
    bind: publisher.bind,
    announce: (topic, body) => outbox.send(factMessage(topic, body)),
    async consume(queue, options, onDelivery) {
      const { send } = outbox;
      const instance = owner.name;
      // The fewer it takes at once, the more waits in the queue behind what is given back.
      const prefetch = Math.min(options.prefetch, scheduler.chance.pick([1, 2, options.prefetch]));
      const taking = { ...options, prefetch };
      const subscription = subscribe({
        ...{ queues: [queue].flat(), ...taking, instance, log, link: consuming, send, onDelivery },
      });
      subscriptions.push(subscription);
      return { cancel: () => subscription.cancel() };
    },
    depths: async () => [],
    async close() {
      await Promise.all([...subscriptions, ...followed].map(part => part.stop()));
      await settleWithin(2_000, outbox.empty());
      outbox.close();
      await publisher.stop();
      await Promise.all([publishing.stop(), consuming.stop()]);
    },
    cut(which) {
      for (const link of links(which)) link.cut();
    },
    stall(which, ms) {
      for (const link of links(which)) link.stall(ms);
    },
    lag: ms => dialled.get('publish')?.link.lag(ms),
  };
}
