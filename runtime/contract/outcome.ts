/**
 * What a function answers: data, never an act. The runtime publishes, waits for the broker's confirmations, puts
 * connections into rooms, emits, takes connections out of rooms, replies and acknowledges the input, in that order, so that
 * whatever dies half-way is done again and nothing is lost.
 * Facts hold up no emissions: their confirmations are waited for after these.
 */

import type { Content } from './bytes.js';
import type { Caller } from './caller.js';
import type { Failure } from './failure.js';
import type { RawResponse } from './raw.js';

/**
 * What becomes of one queue item. `retry` keeps its place in an ordered queue; `dead` goes whole to `QUEUE.dlq`.
 *
 * @example
 * const later: Verdict = { retry: 'the warehouse is closed', afterMs: 60_000 };
 * const never: Verdict = { dead: 'there is no such item' };
 */
export type Verdict = 'ok' | { readonly retry: string; readonly afterMs?: number } | { readonly dead: string };

/**
 * An event that is to be published, as its type makes it: see `event`. Where it goes, the service's table says.
 *
 * @example
 * const publication: Publication = orderPlaced({ id: '1', customer: 'ann', item: 'tea' });
 */
export interface Publication<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  /** The event's id; made by the runtime when left out. A redelivered input should give the same ids again. */
  readonly id?: string;
  /** Nobody waits for its reply, whatever its route says. */
  readonly unanswered?: true;
}

/**
 * One act on the live connections of every gateway. Acts take effect in their order on each gateway. `send` is a
 * lossy hint: it may miss a connection, and it never fails the function. `close` and `refresh` are promises: the runtime
 * replies only when every live gateway has carried them out. One that cannot be handed over fails the function, and is
 * made up for with `refresh` as soon as something can.
 *
 * @example
 * const told: Emission = { send: 'order:placed', data: { id: '1' }, to: ['customer:ann'] };
 */
export type Emission<Sent extends string = string> =
  | {
      readonly send: Sent;
      readonly data: unknown;
      readonly to: readonly string[];
      readonly except?: readonly string[];
      /** Of these, only connections that are in this room as well. */
      readonly within?: string;
      /** When what it tells began (ISO 8601): how long it took from then on is measured. */
      readonly since?: string;
      /** Of a batch function: the item that it tells of, by its place. It goes on in that item's trace. */
      readonly item?: number;
      /** W3C trace context, set by the runtime where somebody watches. */
      readonly traceparent?: string;
    }
  /** Has every connection in the room ask for its rooms again: for news of which it is not known whether it came. */
  | { readonly refresh: string }
  /** Closes every connection in the room. */
  | { readonly close: string };

/**
 * Whether the connections that are in room `of`, a user's for example, are in `room` from now on. The runtime lets them in
 * before it emits and puts them out after it: they hear what the outcome emits, and nothing after they are out. Of several
 * for the same connections and room the last holds. `in` is not lost: when it cannot be handed over, the connections ask
 * for their rooms as soon as something can; only when too much is pending, the function fails. `out` is a promise as
 * `close` is. Those who are put out ask for their rooms after it, since somebody may have stored the contrary meanwhile.
 *
 * @example
 * const goes: RoomMembership = { room: 'shop:tea', of: 'customer:ann', is: 'out' };
 */
export interface RoomMembership {
  readonly room: string;
  readonly of: string;
  readonly is: 'in' | 'out';
}

/**
 * What a function answers: data, never an act. The runtime publishes, waits for the broker's confirmations, lets
 * connections into rooms, emits, puts connections out, replies and acknowledges, in this order. `Sent` are the live events
 * among its emissions, `Published` its publications, as the function declares them.
 *
 * @example
 * const outcome: Outcome = {
 *   status: 'created',
 *   reply: { id: '1' },
 *   publish: [orderPlaced({ id: '1', customer: 'ann', item: 'tea' })],
 * };
 */
export interface Outcome<Reply = unknown, Sent extends string = string, Published extends Publication = Publication> {
  /** The answer to whoever asked: HTTP body, socket acknowledgement, reply event. Nothing is an answer, too. */
  readonly reply?: Reply;
  /** Answers with bytes instead, of a function that declares their media type. What of the reply is a header stays one. */
  readonly content?: Content;
  /** Of a raw route: the answer, instead of a reply. */
  readonly response?: RawResponse;
  /** How the work stands: done, something made, or taken on but not finished. Default `ok`. */
  readonly status?: 'ok' | 'created' | 'accepted';
  /** Answers with this failure instead of a reply, after publishing and emitting. */
  readonly failure?: Failure;
  readonly publish?: readonly Published[];
  readonly memberships?: readonly RoomMembership[];
  readonly emit?: readonly Emission<Sent>[];
  /** For queue items. Default `ok`. A thrown Failure is a verdict as well: final ones are dead, the others retry. */
  readonly verdict?: Verdict;
  /** Of `settle`: has it called once more when this is carried out. */
  readonly unsettled?: true;
  /** Of a connection trigger: the rooms that the connection is in from now on, these and no others. */
  readonly rooms?: readonly string[];
  /** Of a call over a connection: its new credentials. */
  readonly caller?: Caller;
}

/**
 * A batch function's answer: one outcome an item, in the items' order; what holds and is emitted for all of them at once.
 *
 * @example
 * const outcome: BatchOutcome = { items: [{}, { verdict: { dead: 'no such item' } }] };
 */
export interface BatchOutcome<
  Reply = unknown,
  Sent extends string = string,
  Published extends Publication = Publication,
> {
  readonly items: readonly Outcome<Reply, Sent, Published>[];
  readonly publish?: readonly Published[];
  readonly memberships?: readonly RoomMembership[];
  readonly emit?: readonly Emission<Sent>[];
}

/**
 * What a batch function has to say after it looked again.
 *
 * @example
 * const settled: BatchSettled = { emit: [{ refresh: 'customer:ann' }], unsettled: true };
 */
export interface BatchSettled<Sent extends string = string> {
  readonly memberships?: readonly RoomMembership[];
  readonly emit?: readonly Emission<Sent>[];
  readonly unsettled?: true;
}

/**
 * What came of an outcome's publications, for `settle`. `reply` is the consumer's, absent when it did not come in time.
 *
 * @example
 * const settle = (_: unknown, __: unknown, { reply }: Settled<{ cents: number }>): Outcome =>
 *   reply ? { reply } : { status: 'accepted' };
 */
export interface Settled<Reply = unknown, Published extends Publication = Publication> {
  /** What `handle` answered, whose publications these were. */
  readonly outcome: Outcome<unknown, string, Published>;
  readonly reply?: Reply;
}
