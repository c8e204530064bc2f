/**
 * The resources that a process talks to the outside with, each opened when it is first asked for. Which driver is behind
 * one stands in the other files of this folder, one for each kind of service, so that an image carries what it uses.
 */
import type { Config } from '../config.js';
import type { Log } from '../contract/function.js';
import type { Fanout, Part, Pooled, Presence, Queues, RateLimits, Sql } from '../contract/ports.js';
import type { GatewayFanout } from '../drivers/socketio/gateway-fanout.js';

/**
 * What every process can talk to the outside with. Each is opened when it is first asked for, once.
 *
 * @example
 * const storeOf = async (resources: Resources) => orderStore(await resources.sql());
 */
export interface Resources {
  sql(): Promise<Sql & Pooled>;
  presence(): Promise<Presence>;
  queues(): Promise<Queues>;
  fanout(): Promise<Fanout>;
  /** Counts the calls of clients. */
  limits?(): Promise<RateLimits>;
}

/**
 * The resources of a process that clients connect to.
 *
 * @example
 * const limitsOf = (resources: GatewayResources) => resources.limits();
 */
export interface GatewayResources extends Resources {
  fanout(): Promise<GatewayFanout>;
  limits(): Promise<RateLimits>;
}

/**
 * What a resource is opened with.
 *
 * @example
 * const open = ({ config, register }: Opening) =>
 *   register({ name: `mail ${config.port}`, state: () => 'up' as const, close: async () => {} });
 */
export interface Opening<Settings = unknown> {
  readonly config: Config<Settings>;
  readonly log: Log;
  /** Unique to this process. */
  readonly owner: string;
  /** The product's, where it has any. */
  readonly migrations?: URL;
  /** Has a resource count for readiness, and closed in the end, the last first. */
  readonly register: <Kind extends Part>(part: Kind) => Kind;
}

/**
 * The same factories, each called at the first use, its result kept for every other.
 *
 * @example
 * import { memoize } from 'function-runtime/resources/resources';
 *
 * const { now } = memoize({ now: async () => Date.now() });
 * const same = (await now()) === (await now()); // true
 */
export function memoize<Factories extends object>(factories: Factories): Factories {
  const entries = Object.entries(factories as Record<string, () => Promise<unknown>>);
  return Object.fromEntries(entries.map(([name, make]) => [name, once(make)])) as Factories;
}

/**
 * A factory that makes its value at the first call, and gives the same at every other.
 *
 * @example
 * import { once } from 'function-runtime/resources/resources';
 *
 * const start = once(async () => Date.now());
 */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
