/**
 * Consumes ordered queues together with other replicas, each of which gets its share. Everybody consumes every queue, and
 * the broker has one consumer active at a time, so that order and service depend on nothing else; who that is, is what
 * the replicas see to themselves where the broker does not (before RabbitMQ 4, which takes the highest priority). The
 * first to have subscribed is the active one. So whoever should not have a queue subscribes again, behind the one who
 * should, having finished what was begun.
 */
import type { ChannelModel } from 'amqplib';
import type { ConsumeOptions, PartState } from '../../contract/ports.js';
import { deferred } from '../../deferred.js';
import { openRollCall } from './roll-call.js';
import { settleWithin } from './settle-within.js';
import { sharesOf } from './shares.js';
import { type Subscription, type SubscriptionOptions, subscribe } from './subscription.js';

export type SpreadOptions = SubscriptionOptions & Pick<ConsumeOptions, 'release'>;

/** Queues change hands a channel at a time, and a broker has a bound of channels: of very many, some go together. */
const MOST_CHANNELS = 64;
/** What comes at the same time, as when several replicas start, is one change. */
const SETTLE_MS = 300;
/** For what has begun to be done, and for the next subscription. What takes longer is delivered again, and done twice. */
const PATIENCE_MS = 10_000;

interface Unit {
  readonly queues: readonly string[];
  subscription: Subscription;
  /** Whom it was subscribed behind, at which of their places; undefined for nobody. */
  behind: string | undefined;
  /** Between two subscriptions. */
  stepping: boolean;
}

const majorOf = ({ connection }: ChannelModel): number =>
  Number.parseInt(String(connection.serverProperties.version), 10);

export function spread(options: SpreadOptions): Subscription {
  let inner: Subscription | undefined;
  let ended = false;
  void options.link.live().then(connection => {
    if (!ended) inner = majorOf(connection) >= 4 ? subscribe(options) : share(options);
  });
  const end = (how: 'cancel' | 'stop') => async (): Promise<void> => {
    ended = true;
    await inner?.[how]();
  };
  return { state: () => inner?.state() ?? options.link.state(), cancel: end('cancel'), stop: end('stop') };
}

function share(options: SpreadOptions): Subscription {
  const { queues, instance, link, log, release } = options;
  const rollCall = openRollCall({ name: `${queues[0]}.consumers`, id: instance, link, log, onChange: changed });
  const many = Math.min(queues.length, MOST_CHANNELS);
  const units = new Map(
    Array.from({ length: many }, (_, at) => unitOf(queues.filter((_, place) => place % many === at))),
  );
  let ended = false;
  let changing: Promise<void> = Promise.resolve();
  let soon: NodeJS.Timeout | undefined;
  /** Others may be before oneself where nobody should be. */
  let misplaced = true;

  function unitOf(together: readonly string[]): [name: string, Unit] {
    const subscription = subscribe({ ...options, queues: together, onOpen: reopened });
    return [together[0] ?? '', { queues: together, subscription, behind: undefined, stepping: false }];
  }

  function reopened(): void {
    misplaced = true;
    changed();
  }

  function changed(): void {
    clearTimeout(soon);
    soon = setTimeout(() => {
      changing = changing.then(change);
    }, SETTLE_MS);
  }

  async function change(): Promise<void> {
    if (ended || state() !== 'up') return;
    const others = rollCall.others();
    const owners = sharesOf([...units.keys()], [instance, ...others.keys()]);
    const steps: Promise<void>[] = [];
    for (const [name, unit] of units) {
      const owner = owners.get(name) ?? instance;
      const behind = owner === instance ? undefined : `${owner} ${others.get(owner)}`;
      if (behind === unit.behind) continue;
      unit.behind = behind;
      if (behind === undefined) misplaced = true;
      else steps.push(stepBehind(unit));
    }
    if (steps.length > 0) log.debug({ queue: queues[0], of: units.size, replicas: others.size + 1 }, 'shares changed');
    await Promise.all(steps);
    if (misplaced && !ended) rollCall.takePlace();
    misplaced = false;
  }

  async function stepBehind(unit: Unit): Promise<void> {
    unit.stepping = true;
    await unit.subscription.cancel();
    await settleWithin(PATIENCE_MS, release?.(unit.queues) ?? Promise.resolve());
    await unit.subscription.stop();
    if (ended) return;
    const opened = deferred<void>();
    const onOpen = () => (unit.stepping ? opened.resolve() : reopened());
    unit.subscription = subscribe({ ...options, queues: unit.queues, declared: true, onOpen });
    await settleWithin(PATIENCE_MS, opened.promise);
    unit.stepping = false;
  }

  /** Between two subscriptions it is as good as up: another has the queues. */
  function state(): PartState {
    const states = [...units.values()].flatMap(unit => (unit.stepping ? [] : [unit.subscription.state()]));
    return states.find(each => each !== 'up') ?? 'up';
  }

  const end = (how: 'cancel' | 'stop') => async (): Promise<void> => {
    ended = true;
    clearTimeout(soon);
    await rollCall.leave();
    await changing;
    await Promise.all([...units.values()].map(({ subscription }) => subscription[how]()));
  };
  return { state, cancel: end('cancel'), stop: end('stop') };
}
