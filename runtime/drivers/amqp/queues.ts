/**
 * Queues on RabbitMQ (3.10 or later). Publishing and consuming have a connection each, since a broker short of memory
 * stops reading from those that publish, and acknowledgements have to get through exactly then.
 */
import { randomBytes } from 'node:crypto';
import type { ChannelModel } from 'amqplib';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import type { Queues } from '../../contract/ports.js';
import { depthsOf } from './depths.js';
import { factMessage } from './facts.js';
import { openLink } from './link.js';
import { createOutbox, type OutboxOptions, type OutgoingMessage } from './outbox.js';
import { watchPolicies } from './policy-watch.js';
import { openPublisher } from './publisher.js';
import { publishingOn } from './publishing.js';
import { settleWithin } from './settle-within.js';
import { spread } from './spread.js';
import { type Subscription, subscribe } from './subscription.js';
import type { Supervised } from './supervise.js';

const LAST_CONFIRMS_MS = 2_000;

export interface AmqpOptions {
  /** The nodes of one cluster, tried in turn. */
  readonly urls: readonly string[];
  /** What the broker's tools show the connections as. */
  readonly name: string;
  readonly log: Log;
  /** Where the broker's management API is; undefined for beside the broker, `off` for not to be asked. */
  readonly managementUrl?: string | undefined;
  /** What may wait for its confirmation, and for how long. */
  readonly outbox?: OutboxOptions;
}

export function connectAmqp(options: AmqpOptions): Queues {
  const { urls, name, log } = options;
  const instance = `${name}-${randomBytes(6).toString('hex')}`;
  const outbox = createOutbox(options.outbox);
  const subscriptions = new Map<Subscription, 'wanted' | 'cancelled'>();
  let consuming: Supervised<ChannelModel> | undefined;
  let closing: Promise<void> | undefined;

  const publishing = openLink({ urls, name: `${name} (publish)`, log, onBlocked: outbox.block });
  const publisher = openPublisher({ name, log, link: publishing, outbox });
  const { followed, ...sending } = publishingOn(publishing, outbox, log);

  const policies = watchPolicies({
    ...{ urls, managementUrl: options.managementUrl, log },
    connection: publishing.current,
    queues: publisher.queues,
  });

  function consumingLink(): Supervised<ChannelModel> {
    consuming ??= openLink({ urls, name: `${name} (consume)`, log });
    return consuming;
  }

  async function close(): Promise<void> {
    policies.stop();
    await Promise.all([...subscriptions.keys(), ...followed].map(part => part.stop()));
    await settleWithin(LAST_CONFIRMS_MS, outbox.empty());
    outbox.close();
    await publisher.stop();
    await Promise.all([publishing.stop(), consuming?.stop()]);
  }

  return {
    name: 'rabbitmq',
    state() {
      if (closing !== undefined) return { down: 'closed' };
      const wanted = [...subscriptions].flatMap(([subscription, use]) => (use === 'wanted' ? [subscription] : []));
      const parts = [publishing, publisher, ...followed, ...(wanted.length > 0 ? [consumingLink(), ...wanted] : [])];
      const down = parts.map(part => part.state()).find(state => state !== 'up');
      if (down !== undefined) return down;
      const degraded = [...publisher.degraded(), ...policies.harm()];
      return degraded.length > 0 ? { degraded: degraded.join('; ') } : 'up';
    },
    declare: publisher.declare,
    ...sending,
    bind: publisher.bind,
    async announce(topic, body) {
      if (publisher.binds(topic)) await outbox.send(factMessage(topic, body));
    },
    async consume(queue, options, onDelivery) {
      if (closing !== undefined) throw new Failure('unavailable', 'closed');
      const send = (message: OutgoingMessage) => outbox.send(message);
      const link = consumingLink();
      const consuming = { ...options, queues: [queue].flat(), instance, log, link, send, onDelivery };
      const subscription = options.ordered ? spread(consuming) : subscribe(consuming);
      subscriptions.set(subscription, 'wanted');
      return {
        cancel() {
          subscriptions.set(subscription, 'cancelled');
          return subscription.cancel();
        },
      };
    },
    async depths(names) {
      const connection = consuming?.current();
      return connection === undefined ? [] : depthsOf(connection, names);
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
