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
import { groupBy } from '../../group-by.js';
import { openRollCall } from './roll-call.js';
import { settleWithin } from './settle-within.js';
import { sharesOf } from './shares.js';
import { type Subscription, type SubscriptionOptions, subscribe } from './subscription.js';

export type SpreadOptions = SubscriptionOptions & Pick<ConsumeOptions, 'release'>;

/** Shares are made of so many lots: of very many queues, some go together. */
const MOST_LOTS = 64;
/** What comes at the same time, as when several replicas start, is one change. */
const SETTLE_MS = 300;
/** For what has begun to be done, and for the next subscription. What takes longer is delivered again, and done twice. */
const PATIENCE_MS = 10_000;

/** Queues that always change hands together. */
type Lot = readonly string[];

/**
 * What is subscribed at once, on one channel, since each channel costs the broker a packet for what others would share.
 * A channel is closed as a whole, so lots that stand behind different replicas are on different ones.
 */
interface Unit {
  readonly lots: readonly Lot[];
  readonly subscription: Subscription;
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
  const many = Math.min(queues.length, MOST_LOTS);
  const lots: readonly Lot[] = Array.from({ length: many }, (_, at) =>
    queues.filter((_, place) => place % many === at),
  );
  let units = [unitOf(lots, { onOpen: reopened })];
  let ended = false;
  let changing: Promise<void> = Promise.resolve();
  let soon: NodeJS.Timeout | undefined;
  /** Others may be before oneself where nobody should be. */
  let misplaced = true;

  function unitOf(together: readonly Lot[], how: Pick<SubscriptionOptions, 'onOpen' | 'declared'>): Unit {
    const subscription = subscribe({ ...options, ...how, queues: together.flat() });
    return { lots: together, subscription, behind: undefined, stepping: false };
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
    const owners = sharesOf(lots.map(nameOf), [instance, ...others.keys()]);
    const shouldBeBehind = (lot: Lot): string | undefined => {
      const owner = owners.get(nameOf(lot)) ?? instance;
      return owner === instance ? undefined : `${owner} ${others.get(owner)}`;
    };
    const apart: Unit[] = [];
    for (const unit of units) {
      const now = new Set(unit.lots.map(shouldBeBehind));
      if (now.size === 1 && now.has(unit.behind)) continue;
      if (now.size > 1 || !now.has(undefined)) apart.push(unit);
      // It stays where it is, and the others go behind.
      else unit.behind = undefined;
      if (now.has(undefined)) misplaced = true;
    }
    if (apart.length > 0) {
      log.debug({ queue: queues[0], of: queues.length, replicas: others.size + 1 }, 'shares changed');
      await stepBehind(apart, shouldBeBehind);
    }
    if (misplaced && !ended) rollCall.takePlace();
    misplaced = false;
  }

  async function stepBehind(apart: readonly Unit[], whom: (lot: Lot) => string | undefined): Promise<void> {
    for (const unit of apart) unit.stepping = true;
    await Promise.all(apart.map(finish));
    if (ended) return;
    const places = groupBy(
      apart.flatMap(unit => unit.lots),
      whom,
    );
    const next = [...places].map(([behind, together]) => subscribedBehind(together, behind));
    units = [...units.filter(unit => !apart.includes(unit)), ...next.map(({ unit }) => unit)];
    await settleWithin(PATIENCE_MS, Promise.all(next.map(({ opened }) => opened)));
    for (const { unit } of next) unit.stepping = false;
  }

  async function finish({ lots: released, subscription }: Unit): Promise<void> {
    await subscription.cancel();
    await settleWithin(PATIENCE_MS, release?.(released.flat()) ?? Promise.resolve());
    await subscription.stop();
  }

  function subscribedBehind(together: readonly Lot[], behind: string | undefined) {
    const opened = deferred<void>();
    const onOpen = () => (unit.stepping ? opened.resolve() : reopened());
    const unit: Unit = Object.assign(unitOf(together, { declared: true, onOpen }), { behind, stepping: true });
    return { unit, opened: opened.promise };
  }

  /** Between two subscriptions it is as good as up: another has the queues. */
  function state(): PartState {
    const states = units.flatMap(unit => (unit.stepping ? [] : [unit.subscription.state()]));
    return states.find(each => each !== 'up') ?? 'up';
  }

  const end = (how: 'cancel' | 'stop') => async (): Promise<void> => {
    ended = true;
    clearTimeout(soon);
    await rollCall.leave();
    await changing;
    await Promise.all(units.map(({ subscription }) => subscription[how]()));
  };
  return { state, cancel: end('cancel'), stop: end('stop') };
}

const nameOf = (lot: Lot): string => lot[0] ?? '';
