/**
 * A function: one name, a schema for what it takes, the ports it needs, and `handle(context, event)`.
 * It imports no driver, reads no clock and makes no id: they come in the context, so that the same input and the same
 * answers of the ports always give the same outcome.
 */
import type { Static, TSchema } from 'typebox';
import type { Body, Signal } from './bytes.js';
import type { Caller } from './caller.js';
import type { Event } from './event.js';
import type { AnyEventType, PublicationOf, ReplyOf } from './event-type.js';
import type { Code } from './failure.js';
import type { Acquaintance, RateLimit } from './limit.js';
import type { BatchOutcome, BatchSettled, Outcome, Settled } from './outcome.js';
import type { Output } from './output.js';
import type { RawRequest } from './raw.js';

/**
 * Structured log lines: fields, and a message that is always the same. The runtime adds the ids of what the line is
 * about.
 *
 * @example
 * const noted = (log: Log) => log.info({ orderId: '1' }, 'order placed');
 */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * What is known of the device at the other end. Its own word, and no more than that.
 *
 * @example
 * const client: Client = { network: '2001:db8::/64', device: 'Firefox on Linux' };
 */
export interface Client {
  /** The network that it is in: its IPv4 address, or the /64 of its IPv6 address. */
  readonly network?: string;
  /** How it describes itself, in a few words. */
  readonly device?: string;
}

/**
 * What a function gets besides its event. Everything that is not pure comes from here.
 *
 * @example
 * const handle = async ({ ports, now }: Context<{ orders: OrderStore }>, placed: Event<Order>) => {
 *   await ports.orders.add([placed.data]);
 *   return { reply: { at: now } };
 * };
 */
export interface Context<Ports = unknown> {
  /** The time of the invocation in milliseconds since the epoch; it does not move while the function runs. */
  readonly now: number;
  /** A new id, unique for ever, sortable by time (UUID version 7). */
  readonly newId: () => string;
  readonly ports: Ports;
  readonly caller?: Caller;
  /** Of a call by somebody who is not signed in. */
  readonly client?: Client;
  /** Of a route that takes bytes. */
  readonly body?: Body;
  /** Of a raw route. */
  readonly request?: RawRequest;
  /** Of a route that takes bytes, or of a function that answers with some: aborted when the client is gone before the end. */
  readonly signal?: Signal;
  readonly log: Log;
}

/**
 * What a function answers, by how the work stands: a status that is not here is never answered, and none is no answer.
 *
 * @example
 * const output = { ok: Price, accepted: Type.Object({}) } satisfies OutputSchemas;
 */
export type OutputSchemas = { readonly [Status in NonNullable<Outcome['status']>]?: TSchema };

export type Reply<Out extends OutputSchemas> = {
  [Status in keyof Out]: Out[Status] extends TSchema ? Output<Out[Status]> : never;
}[keyof Out];

/** Options are checked by the compiler against the product's table of ports; see `functionsOf`. */
interface Declaration<
  Access extends string,
  Out extends OutputSchemas,
  Sent extends string,
  Published extends AnyEventType,
> {
  /** The same as the file's and the export's. */
  readonly name: string;
  /** Who may call it; the service's `authorize` decides, in one place. */
  readonly access: Access;
  /** Names of the ports that it needs. */
  readonly needs: readonly string[];
  /** How often it may be called; every one of these holds. Default: as often as one likes. */
  readonly limits?: readonly RateLimit[];
  /** The live events that it sends. Default: none; the compiler lets its outcomes have no others. */
  readonly emits?: readonly Sent[];
  /** The events that it publishes. Default: none; the compiler lets its outcomes have no others. */
  readonly publishes?: readonly Published[];
  /** One sentence for people: what it does and what it promises. */
  readonly summary: string;
  /** The compiler holds the function's replies to it; the API's documents are made from it. */
  readonly output?: Out;
  /** The media type of the bytes that it answers with, as its outcome's `content`: `image/*` for several. Only routes serve it. */
  readonly content?: string;
  /** How it may fail, besides what its access level refuses, and what any function may answer. */
  readonly refuses?: readonly Code[];
  /** The CloudEvent type of its reply, where the reply travels as an event. Default: the input's type with `.reply`. */
  readonly replyType?: string;
}

/** What is declared once is not inferred from what is answered, but checked against it. */
type DeclaredOutcome<Out extends OutputSchemas, Sent extends string, Published extends AnyEventType> = Outcome<
  Reply<Out>,
  NoInfer<Sent>,
  PublicationOf<Published>
>;
type DeclaredBatchOutcome<
  Out extends OutputSchemas,
  Sent extends string,
  Published extends AnyEventType,
> = BatchOutcome<Reply<Out>, NoInfer<Sent>, PublicationOf<Published>>;

/**
 * A function that takes one event at a time: any trigger can set it off. `functionsOf` makes it.
 *
 * @example
 * const access = (fn: SingleFunction<never, 'public', typeof Order, {}, never, never>) => fn.access;
 */
export interface SingleFunction<
  Ports,
  Access extends string,
  Input extends TSchema,
  Out extends OutputSchemas,
  Sent extends string,
  Published extends AnyEventType,
> extends Declaration<Access, Out, Sent, Published> {
  readonly batch?: false;
  readonly input: Input;
  handle(
    context: Context<Ports>,
    event: Event<Static<Input>>,
  ): DeclaredOutcome<Out, Sent, Published> | Promise<DeclaredOutcome<Out, Sent, Published>>;
  /** Vouches for a call that a limit would refuse: see `RateLimit.spares`. Who is known by both is known by the device. */
  knownBy?(context: Context<Ports>, event: Event<Static<Input>>): Promise<Acquaintance | undefined>;
  /** The second half of a function that publishes: runs when its publications are confirmed, and answered as their routes say. Its outcome replaces the first; `unsettled`, it runs again when that is carried out. */
  settle?(
    context: Context<Ports>,
    event: Event<Static<Input>>,
    settled: Settled<ReplyOf<Published>, PublicationOf<Published>>,
  ): DeclaredOutcome<Out, Sent, Published> | Promise<DeclaredOutcome<Out, Sent, Published>>;
}

/**
 * A function that takes the items of a queue, or CloudEvents, many at a time. `functionsOf` makes it.
 *
 * @example
 * const access = (fn: BatchFunction<never, 'public', typeof Order, {}, never, never>) => fn.access;
 */
export interface BatchFunction<
  Ports,
  Access extends string,
  Input extends TSchema,
  Out extends OutputSchemas,
  Sent extends string,
  Published extends AnyEventType,
> extends Declaration<Access, Out, Sent, Published> {
  readonly batch: true;
  /** The schema of one item. */
  readonly input: Input;
  /** Items come in the order of their queue. The outcome has exactly one entry an item. */
  handle(
    context: Context<Ports>,
    events: readonly Event<Static<Input>>[],
  ): DeclaredBatchOutcome<Out, Sent, Published> | Promise<DeclaredBatchOutcome<Out, Sent, Published>>;
  /** Runs when that is carried out, to look once more at what was told; `unsettled`, it runs again when its own is. */
  settle?(
    context: Context<Ports>,
    events: readonly Event<Static<Input>>[],
    told: Pick<BatchOutcome, 'emit' | 'memberships'>,
  ): Promise<BatchSettled<NoInfer<Sent>>>;
}

/**
 * Any function, as the runtime sees it: the product's types are erased at the table, its schemas are not.
 *
 * @example
 * const summaries = (fns: readonly AnyFunction[]): string[] => fns.map(({ summary }) => summary);
 */
// biome-ignore lint/suspicious/noExplicitAny: the erased form must accept every function's own types
export type AnyFunction = SingleFunction<any, any, any, any, any, any> | BatchFunction<any, any, any, any, any, any>;

/**
 * Gives `single` and `batch`, which define a function, checked against a product's table of ports and its access
 * levels.
 *
 * @example
 * const { single } = functionsOf<{ clock: Clock }, 'public'>();
 *
 * export const tell = single({
 *   name: 'tell',
 *   access: 'public',
 *   needs: ['clock'],
 *   summary: 'Tells the time of a city.',
 *   input: Type.Object({ city: Type.String({ maxLength: 100 }) }, { additionalProperties: false }),
 *   output: { ok: Type.Object({ time: Type.String() }) },
 *   handle: async ({ ports }, { data }) => ({ reply: { time: await ports.clock.in(data.city) } }),
 * });
 */
export function functionsOf<AllPorts, Access extends string>() {
  return {
    single<
      const Need extends keyof AllPorts & string,
      Input extends TSchema,
      Out extends OutputSchemas = Record<never, never>,
      const Sent extends string = never,
      const Published extends AnyEventType = never,
    >(
      definition: Omit<SingleFunction<Pick<AllPorts, Need>, Access, Input, Out, Sent, Published>, 'needs'> & {
        needs: readonly Need[];
      },
    ): SingleFunction<Pick<AllPorts, Need>, Access, Input, Out, Sent, Published> {
      return definition;
    },
    batch<
      const Need extends keyof AllPorts & string,
      Input extends TSchema,
      Out extends OutputSchemas = Record<never, never>,
      const Sent extends string = never,
      const Published extends AnyEventType = never,
    >(
      definition: Omit<BatchFunction<Pick<AllPorts, Need>, Access, Input, Out, Sent, Published>, 'needs' | 'batch'> & {
        needs: readonly Need[];
      },
    ): BatchFunction<Pick<AllPorts, Need>, Access, Input, Out, Sent, Published> {
      return { ...definition, batch: true };
    },
  };
}
