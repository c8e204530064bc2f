/**
 * The ports of the runtime: what it asks of the outside world. Each has a real driver and an embedded one, and one
 * contract suite that both pass. None of them knows what product runs on it.
 */
import { Failure } from './failure.js';
import type { RateLimit } from './limit.js';
import type { Emission } from './outcome.js';

/**
 * What readiness says of a part, in words for an operator, without secrets. `down` cannot do its work; `degraded` does,
 * but something outside takes away from what it promises.
 *
 * @example
 * const state: PartState = { degraded: 'a policy at the broker drops what overflows' };
 */
export type PartState = 'up' | { readonly degraded: string } | { readonly down: string };

/**
 * A part of the process that talks to the outside. Parts connect in the background and for ever: start never fails.
 *
 * @example
 * const part: Part = { name: 'mail', state: () => 'up', close: async () => {} };
 */
export interface Part {
  readonly name: string;
  state(): PartState;
  /** Ends all connections. Idempotent. */
  close(): Promise<void>;
}

/**
 * A relational database, spoken to in PostgreSQL's SQL with `$1` parameters.
 * Trouble that passes by itself (connection lost, deadlock, serialization failure, timeout, server starting or
 * stopping) rejects with Failure `unavailable`; a violated unique constraint with Failure `conflict`, whose message
 * is the constraint's name; everything else with the driver's own error, which is a defect.
 *
 * @example
 * interface Row { id: string }
 * const open = (sql: Sql) => sql.query<Row>('orders-open', 'select id from orders where customer = $1', ['ann']);
 */
export interface Sql {
  /** One statement, one transaction. Rows as plain objects; bigint columns as numbers, timestamptz as Date. */
  query<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * As `query`, for one statement that only reads: may be carried out by a replica, which then has everything that was
   * committed before the call.
   */
  read<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Several statements in one transaction; rolled back when `work` rejects. */
  transaction<Result>(work: (sql: Pick<Sql, 'query'>) => Promise<Result>): Promise<Result>;
}

/**
 * A database that says how its connections stand.
 *
 * @example
 * const isBusy = ({ pool }: Pooled): boolean => pool().pending > 0;
 */
export interface Pooled {
  pool(): PoolUse;
}

/**
 * The connections of a pool, and how many ask for one and have to wait.
 *
 * @example
 * const use: PoolUse = { max: 10, used: 3, idle: 2, pending: 0 };
 */
export interface PoolUse {
  readonly max: number;
  readonly used: number;
  readonly idle: number;
  readonly pending: number;
}

/**
 * One message off a queue. Exactly one of `ack` and `dead` is called, once, when everything that follows from it is
 * done.
 *
 * @example
 * const take = ({ body, ack }: Delivery) => {
 *   console.log(body);
 *   ack();
 * };
 */
export interface Delivery {
  /** JSON text, or whatever somebody put there. */
  readonly body: string;
  /** Where the consumer's replies go, if the publisher waits for any: an address for `Fanout.reply`, or whatever somebody put there. */
  readonly replyTo?: string;
  /** Whether the queue has taken it back, as with a lost connection: it is delivered again, and settling it does nothing. */
  readonly stale: boolean;
  /** Done: the queue forgets it. */
  ack(): void;
  /** Never to be done: whole, with its reason, to `QUEUE.dlq`, and only then forgotten. `body` replaces it by a part of it. */
  dead(reason: string, body?: string): Promise<void>;
}

/**
 * Where the replies go that the publisher of a message waits for.
 *
 * @example
 * const replyTo: ReplyTo = { address: 'gateway-1', receive: replies => console.log(replies) };
 */
export interface ReplyTo {
  /** Travels with the message, for its consumer: see `Fanout.reply`. */
  readonly address: string;
  /** For a driver that hears the replies itself, while it publishes. */
  receive(replies: readonly unknown[]): void;
}

/**
 * How a queue is consumed.
 *
 * @example
 * const options: ConsumeOptions = { ordered: true, prefetch: 128 };
 */
export interface ConsumeOptions {
  /** One consumer at a time over all replicas; deliveries in the order of publication. */
  readonly ordered: boolean;
  /** The most deliveries of a queue handed over and neither acknowledged nor dead. */
  readonly prefetch: number;
  /**
   * Another replica is to go on with these ordered queues: resolves when what has begun of them is done, and begins
   * nothing else that was handed over. Nothing more is, until it has resolved. What is not acknowledged then is delivered
   * again, there or here. Without it what has begun may be done twice.
   */
  readonly release?: (queues: readonly string[]) => Promise<void>;
}

/**
 * Is called with each delivery; `queue` is the one that it came from.
 *
 * @example
 * const onDelivery: OnDelivery = (delivery, queue) => void delivery.dead(`${queue} is not used any more`);
 */
export type OnDelivery = (delivery: Delivery, queue: string) => void;

/**
 * A consumer that runs.
 *
 * @example
 * const stop = async (consumer: Consumer) => consumer.cancel();
 */
export interface Consumer {
  /** No more deliveries; what was handed over may still be acknowledged. What is not, is delivered again elsewhere. */
  cancel(): Promise<void>;
}

/**
 * How it stands with a queue.
 *
 * @example
 * const depth: QueueDepth = { ready: 1_200, consumers: 1 };
 */
export interface QueueDepth {
  /** Messages that no consumer has. */
  readonly ready: number;
  /** Those that take from it, over all replicas: of an ordered queue one at most, while the others stand by. */
  readonly consumers: number;
}

/**
 * Facts of one type that share a slot: those with one key do.
 *
 * @example
 * const topic: Topic = { exchange: 'shop.facts', type: 'orders.closed.v1', slot: 17 };
 */
export interface Topic {
  readonly exchange: string;
  readonly type: string;
  readonly slot: number;
}

/**
 * A queue gets the facts of a type whose slots are `part` modulo `of`.
 *
 * @example
 * const binding: FactBinding = { queue: 'search.0', type: 'orders.closed.v1', part: 0, of: 2 };
 */
export interface FactBinding {
  readonly queue: string;
  readonly type: string;
  readonly part: number;
  readonly of: number;
}

/**
 * Which queues get which facts of one exchange.
 *
 * @example
 * const topology: FactTopology = { exchange: 'shop.facts', bindings: [] };
 */
export interface FactTopology {
  readonly exchange: string;
  readonly bindings: readonly FactBinding[];
}

/**
 * A way to queues for those who publish, which can be closed for good, whoever would still go it. Its name is used once.
 *
 * @example
 * const way: Way = { name: '0190d7a2', queues: ['orders.0', 'orders.1'] };
 */
export interface Way {
  readonly name: string;
  readonly queues: readonly string[];
}

/**
 * The way that a publication was to go is closed, or was never open: no queue has it.
 *
 * @example
 * const goesElsewhere = (failure: unknown) => failure instanceof WayClosed;
 */
export class WayClosed extends Failure {
  constructor(queue: string) {
    super('unavailable', `the way to queue ${queue} is closed`);
  }
}

/**
 * How a message is published.
 *
 * @example
 * const options: PublishOptions = { way: '0190d7a2' };
 */
export interface PublishOptions {
  readonly replyTo?: ReplyTo;
  /** The name of the way that it goes, rather than to the queue whatever becomes of ways. */
  readonly way?: string;
  /** Between consumers: it is not for somebody outside. */
  readonly internal?: true;
}

/**
 * Durable queues. A publish that resolved is delivered at least once, whatever dies, and in order per queue for
 * publishes made one after the other by one process. A delivery that was not acknowledged when its consumer went away
 * is delivered again, before younger ones.
 *
 * @example
 * const place = async (queues: Queues) => {
 *   await queues.declare([{ name: 'orders.0', ordered: true }]);
 *   await queues.publish('orders.0', '{}');
 * };
 */
export interface Queues extends Part {
  /** The physical queues with their dead-letter queues; idempotent, safe from many replicas at once. */
  declare(queues: readonly { readonly name: string; readonly ordered: boolean }[]): Promise<void>;
  /**
   * Resolves when the message is safe: on a quorum of the broker's nodes, or, embedded, when its consumer is done
   * with it. Messages go out in the order of the calls. Rejects with Failure `unavailable` when it is not known to be
   * safe within some seconds (3 s of a broker's silence), and at once when the broker is known to be away or to take
   * nothing, or too much is waiting already. It may then arrive nevertheless: whoever sends it again names it the same.
   */
  publish(queue: string, body: string, options?: PublishOptions): Promise<void>;
  /** Opens a way to queues that are declared. Rejects when it may not be open, and is not tried again. */
  openWay(way: Way): Promise<void>;
  /**
   * Closes it: what is published on it after this has resolved rejects with `WayClosed`, in whatever process. What was
   * confirmed before is in its queue. Idempotent; rejects when it may still be open.
   */
  closeWay(way: Way): Promise<void>;
  /** Adds an entry to a log, a durable list that is only added to. Resolves and rejects as `publish` does. */
  append(log: string, entry: string): Promise<void>;
  /**
   * From now on has every entry of the log, from the first on, in the one order that everybody sees; after a lost
   * connection from the first on again.
   */
  follow(log: string, onEntry: (entry: string) => void): void;
  /** Has queues, which are declared, get facts from now on; idempotent, safe from many replicas at once. */
  bind(topology: FactTopology): Promise<void>;
  /**
   * Publishes a fact to every queue that is bound to its topic, whoever consumes there or does not. Resolves and rejects
   * as `publish` does, in order with the facts of its slot, and at once where no queue is bound; embedded, it is safe as long as the process lives.
   */
  announce(topic: Topic, body: string): Promise<void>;
  /** Whether facts are wanted though no queue is bound to them, for somebody outside. */
  readonly announcesAll?: true;
  /**
   * At once when there are deliveries; goes on by itself after a lost connection. Several queues are consumed together:
   * each has its order, and they are cancelled all at once.
   */
  consume(queue: string | readonly string[], options: ConsumeOptions, onDelivery: OnDelivery): Promise<Consumer>;
  /** How it stands with these, those that the broker tells nothing about left out. Never rejects, and does not wait long. */
  depths<Queue extends { readonly name: string }>(queues: readonly Queue[]): Promise<readonly (Queue & QueueDepth)[]>;
}

/**
 * What the fan-out carries: an emission, or what a membership comes to (see `core/memberships.ts`), which is that every
 * connection in room `of` enters room `join`, or leaves room `leave`. Steps take effect in their order on each gateway.
 *
 * @example
 * const step: Step = { join: 'shop:tea', of: 'customer:ann' };
 */
export type Step =
  | Emission
  | { readonly join: string; readonly of: string }
  | { readonly leave: string; readonly of: string };

/**
 * Carries steps to the live connections of every gateway that they concern, and replies to the one process that waits for them.
 *
 * @example
 * const tell = (fanout: Fanout) => fanout.emit([{ send: 'order:placed', data: {}, to: ['customer:ann'] }]);
 */
export interface Fanout extends Part {
  /**
   * Resolves when the steps are handed over; with a `join`, `leave`, `close` or `refresh` among them, when every live
   * gateway has carried them out, and hears of the rooms that its connections came into. A `join` that cannot be handed
   * over never will be, and a refresh is pending instead. Never rejects for `send`s; rejects with Failure `unavailable` when a promise cannot be handed over, or too
   * many refreshes are pending. What is rejected is made up for by a refresh as soon as something can be handed over.
   */
  emit(steps: readonly Step[]): Promise<void>;
  /** Where replies to this process go; from now on it listens there. */
  address(): string;
  /** Sends replies, which are JSON, to the process of that address. Best effort: it may be gone, or the way to it. */
  reply(address: string, replies: readonly unknown[]): void;
  /** Has this process's replies handed over, one call at a time. */
  onReply(receive: (replies: readonly unknown[]) => void): void;
}

/** Whoever holds connections (a gateway) and carries out what others emit. */
export interface FanoutReceiver {
  /** Carries out the steps on this process's connections, in order, before it returns. */
  apply(steps: readonly Step[]): void;
}

/**
 * Who is connected, over all gateways. Entries of a gateway live as long as its lease, which it renews.
 *
 * @example
 * const isThere = async (presence: Presence) => (await presence.online(['ann'])).has('ann');
 */
export interface Presence extends Part {
  /** Idempotent. `first` is true when the user had no live connection before. */
  connect(userId: string, connectionId: string): Promise<{ readonly first: boolean }>;
  /** Idempotent. `last` is true when the user has no live connection left. */
  disconnect(userId: string, connectionId: string): Promise<{ readonly last: boolean }>;
  /** The ones among the users that have a connection whose gateway's lease has not lapsed. */
  online(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Users who are not what people were told last: their connections lapsed with their gateway's lease, or are back
   * after that. Named until they are told of, and that is said with `forget`.
   */
  lapsed(): Promise<readonly string[]>;
  /** These users were told of: drops their lapsed connections. */
  forget(userIds: readonly string[]): Promise<void>;
}

/** A gateway that does not renew for this long is dead, and its users go offline. */
export const PRESENCE_LEASE_MS = 30_000;

/**
 * One-way hashes of passwords (argon2id).
 *
 * @example
 * const fits = (passwords: Passwords, hash?: string) => passwords.verify(hash, 'correct horse');
 */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** As slow for an unknown user (`hash` undefined) as for a known one. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /** Whether it is among those that are tried first: leaked most often, the same again and again, rows of keys. */
  isCommon(password: string): Promise<boolean>;
}

/** What an access token says.
 *
 * @example
 * const claims: AccessClaims = { userId: 'ann', sessionId: 's1' };
 */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
}

/**
 * Signed access tokens (JWT, ES256) and opaque refresh tokens.
 *
 * @example
 * const signIn = (tokens: Tokens) => tokens.issue({ userId: 'ann', sessionId: 's1' }, Date.now());
 */
export interface Tokens {
  /** `expiresIn` in seconds. */
  issue(claims: AccessClaims, now: number): Promise<{ readonly token: string; readonly expiresIn: number }>;
  /** Rejects with Failure `unauthorized` for anything but an unexpired token that this system signed. */
  verify(token: string, now: number): Promise<AccessClaims & { readonly expiresAt: number }>;
  /** The public keys, as a JSON Web Key Set. */
  jwks(): { readonly keys: readonly object[] };
  /** A new refresh token: 256 random bits, URL-safe. */
  refreshToken(): string;
  /** What is stored of a refresh token, hexadecimal SHA-256. */
  digest(refreshToken: string): string;
}

/**
 * Counts calls, together with all other replicas.
 *
 * @example
 * const limit = { name: 'place', times: 10, perSeconds: 60, by: 'user' } as const;
 * const count = (limits: RateLimits) => limits.take(limit, 'ann');
 */
export interface RateLimits {
  /** Rejects with Failure `rate_limited`, and when to try again, once the limit for this key is used up. */
  take(limit: RateLimit, key: string): Promise<void>;
  /** Takes back one call that was counted in this window. */
  giveBack(limit: RateLimit, key: string): Promise<void>;
}
