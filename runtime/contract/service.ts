/** A service: a table from triggers to functions, the queues it knows, and who may do what. Plain data and pure functions. */
import type { TSchema } from 'typebox';
import type { Caller } from './caller.js';
import type { Code } from './failure.js';
import type { AnyFunction } from './function.js';
import type { Trigger } from './trigger.js';

export interface Binding {
  readonly trigger: Trigger;
  readonly fn: AnyFunction;
}

/** `partitions` > 0: split by hash of the key, each part consumed by one replica at a time, in order. 0: one unordered queue. */
export interface QueueSpec {
  readonly name: string;
  readonly partitions: number;
}

/** An access level in words, and how it refuses. */
export interface Level {
  readonly who: string;
  readonly refuses: readonly Code[];
}

/** What live connections are told: when, and in which shape. */
export interface ServerEvent {
  readonly summary: string;
  readonly data: TSchema;
}

/** Makes sure of the caller's identity, and decides what a caller may do. Both throw a Failure, or return. */
export interface Guard {
  /** Ports that the two decisions need. */
  readonly needs: readonly string[];
  /** Every access level that it knows. */
  readonly levels: Readonly<Record<string, Level>>;
  /** `access` is the level of what is called, where it is known already. */
  authenticate(ports: never, bearer: string, now: number, access?: never): Promise<Caller>;
  /** `since` is when the call came, whose caller, unless it is a connection, was authenticated just before. */
  authorize(
    ports: never,
    access: string,
    caller: Caller | undefined,
    data: unknown,
    now: number,
    since: number,
  ): Promise<void>;
}

export interface Service {
  readonly name: string;
  /** Every queue that it publishes to or consumes. */
  readonly queues: readonly QueueSpec[];
  readonly bindings: readonly Binding[];
  readonly guard?: Guard;
  /** Everything that its connections may hear of the functions, by the event's name. */
  readonly serverEvents?: Readonly<Record<string, ServerEvent>>;
  /** Members of inputs that hold ids of what a call is about: they stand in the log lines about it. */
  readonly ids?: readonly string[];
  /** What `GET /` says to a person, where no site was built: a title and paragraphs of HTML. */
  readonly page?: { readonly title: string; readonly text: string };
}

/**
 * Has the trigger set off the function. Throws where only a route could serve what the function answers.
 *
 * @example
 * bindings: [on(http.get('/time'), tell), on(timer(60_000), wind)]
 */
export function on(trigger: Trigger, fn: AnyFunction): Binding {
  if (fn.content !== undefined && trigger.kind !== 'http') {
    throw new Error(`${fn.name} answers with ${fn.content}, which only a route can serve`);
  }
  return { trigger, fn };
}
