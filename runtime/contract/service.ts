/** A service: a table from triggers to functions, the queues it knows, and who may do what. Plain data and pure functions. */
import type { TSchema } from 'typebox';
import type { Caller } from './caller.js';
import type { DataOf, ReplyOf } from './event-type.js';
import type { Code } from './failure.js';
import type { AnyFunction, OutputSchemas, Reply } from './function.js';
import type { Output } from './output.js';
import type { Facts, QueueSpec, Route } from './route.js';
import type { EventTrigger, HttpTrigger, QueueTrigger, Trigger } from './trigger.js';

/**
 * One line of a service's table: what sets off which function.
 *
 * @example
 * const binding: Binding = on(http.post('/orders'), placeOrder);
 */
export interface Binding {
  readonly trigger: Trigger;
  readonly fn: AnyFunction;
}

/**
 * An access level in words, for documents, and the codes with which it refuses.
 *
 * @example
 * const level: Level = { who: 'Any customer.', refuses: ['unauthorized'] };
 */
export interface Level {
  readonly who: string;
  readonly refuses: readonly Code[];
}

/**
 * A live event that connections may hear: when, and in which shape.
 *
 * @example
 * const told: ServerEvent = { summary: 'An order was placed.', data: Order };
 */
export interface ServerEvent {
  readonly summary: string;
  readonly data: TSchema;
}

/**
 * Makes sure of the caller's identity, and decides what a caller may do. Both throw a Failure, or return.
 *
 * @example
 * const guard: Guard = {
 *   needs: [],
 *   levels: { customer: { who: 'Any customer.', refuses: ['unauthorized'] } },
 *   authenticate: async (_ports, bearer) => ({ userId: bearer, sessionId: bearer, expiresAt: Date.now() + 60_000 }),
 *   async authorize(_ports, access, caller) {
 *     if (access === 'customer' && !caller) throw new Failure('unauthorized', 'sign in first');
 *   },
 * };
 */
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

/**
 * A table from triggers to functions, the queues that it knows, and who may do what. Plain data and pure functions.
 *
 * @example
 * const service: Service = {
 *   name: 'orders',
 *   queues: [queues.orders],
 *   routes: [route(orderPlaced, { queue: queues.orders, key: 'customer' })],
 *   bindings: [on(http.post('/orders'), placeOrder), on(queue(queues.orders, orderPlaced), storeOrders)],
 * };
 */
export interface Service {
  readonly name: string;
  /** Every queue that it publishes to or consumes. */
  readonly queues: readonly QueueSpec[];
  /** Where the wishes go that its functions publish; it may name more. */
  readonly routes?: readonly Route[];
  /** The product's. */
  readonly facts?: Facts;
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
 * Has the trigger set off the function. The compiler lets it take only events whose data fit, and whose reply is its own,
 * and headers that its data and its reply have.
 * Throws where only a route could serve what the function answers.
 *
 * @example
 * const bindings = [on(http.get('/time'), tell), on(timer(60_000), closeOrders)];
 */
export function on<T extends Trigger, Fn extends AnyFunction>(trigger: T, fn: Fn & Takes<T, Fn>): Binding {
  if (fn.content !== undefined && trigger.kind !== 'http') {
    throw new Error(`${fn.name} answers with ${fn.content}, which only a route can serve`);
  }
  return { trigger, fn };
}

/** What a function must be besides, to be set off by the trigger: nothing, or what no function is. */
type Takes<T, Fn> = T extends QueueTrigger<infer Taken> | EventTrigger<infer Taken>
  ? [DataOf<Taken>] extends [InputOf<Fn>]
    ? Replies<ReplyOf<Taken>, RepliesOf<Fn>>
    : { readonly "does not take the event's data": never }
  : T extends HttpTrigger<infer Taken, infer Given>
    ? Known<Taken, keyof InputOf<Fn>, 'has no such member for a request header'> &
        Known<Given, SaidBy<RepliesOf<Fn>>, 'has no such text, number or boolean in its reply for a response header'>
    : unknown;

/** A trigger that has lost its names, as one in a list has, is taken as it is. */
type Known<Names extends string, Members, Complaint extends string> = string extends Names
  ? unknown
  : [Names] extends [Members]
    ? unknown
    : { readonly [Fault in Complaint]: never };

/** Members of any of the replies that one line can say. */
type SaidBy<Reply> = Reply extends unknown
  ? { [Name in keyof Reply]-?: Reply[Name] extends string | number | boolean | undefined ? Name : never }[keyof Reply]
  : never;

/** An event that nobody waits for may be answered with anything; one that has a reply, with nothing else. */
type Replies<Wanted, Given> = [Wanted] extends [never]
  ? unknown
  : unknown extends Wanted
    ? unknown
    : [Given] extends [never]
      ? { readonly 'does not give the reply that the event has': never }
      : [Given] extends [Wanted]
        ? unknown
        : { readonly 'gives another reply than the event has': never };

type InputOf<Fn> = Fn extends { readonly input: infer Input extends TSchema } ? Output<Input> : never;
type RepliesOf<Fn> = Fn extends { readonly output?: infer Out extends OutputSchemas } ? Reply<Out> : never;
