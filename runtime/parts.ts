/**
 * The parts that an image needs, each made when it is first asked for: the real driver when its variable is set, the
 * embedded one when it is not. Drivers are loaded only then, so that an image carries what it uses.
 */
import type { Config } from './config.js';
import type { Log } from './contract/function.js';
import type { Fanout, FanoutReceiver, Part, Passwords, Presence, Queues, Sql, Tokens } from './contract/ports.js';

/** The fan-out of a process that may hold connections itself. */
export interface LocalFanout extends Fanout {
  /** From now on this process's connections hear what is emitted. */
  attach(edge: FanoutEdge): void;
}

export interface FanoutEdge {
  readonly io: unknown;
  readonly receiver: FanoutReceiver;
}

export interface Parts {
  sql(): Promise<Sql>;
  presence(): Promise<Presence>;
  queues(): Promise<Queues>;
  fanout(): Promise<LocalFanout>;
  passwords(): Promise<Passwords>;
  tokens(): Promise<Tokens>;
  /** Those made so far that talk to the outside, for readiness. */
  made(): readonly Part[];
  /** Ends them, the last made first. */
  close(): Promise<void>;
}
