/**
 * The parts that a process talks to the outside with, each made when it is first asked for. Which driver is behind one
 * stands in the other files of this folder, one for each kind of image, so that an image carries what it uses.
 */
import type { Registration } from '../../functions/ports/registration.js';
import type { Config } from '../config.js';
import type { Log } from '../contract/function.js';
import type { Fanout, Part, Passwords, Pooled, Presence, Queues, RateLimits, Sql, Tokens } from '../contract/ports.js';
import type { GatewayFanout } from '../drivers/socketio/gateway-fanout.js';

/** What every image can have. */
export interface Parts {
  sql(): Promise<Sql & Pooled>;
  presence(): Promise<Presence>;
  queues(): Promise<Queues>;
  fanout(): Promise<Fanout>;
}

/** What only clients make necessary. */
export interface GatewayParts extends Parts {
  fanout(): Promise<GatewayFanout>;
  passwords(): Promise<Passwords>;
  tokens(): Promise<Tokens>;
  limits(): Promise<RateLimits>;
  registration(): Promise<Registration>;
}

export interface Surroundings {
  readonly config: Config;
  readonly log: Log;
  /** Unique to this process. */
  readonly owner: string;
  /** Takes note of a part: it counts for readiness, and is closed in the end, the last first. */
  readonly keep: <Kind extends Part>(part: Kind) => Kind;
}

/** The same, each made at the first call, and the same one at every other. */
export function lazily<Made extends object>(parts: Made): Made {
  const entries = Object.entries(parts as Record<string, () => Promise<unknown>>);
  return Object.fromEntries(entries.map(([name, make]) => [name, once(make)])) as Made;
}

export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
