/**
 * Types of events. Each is declared once, and used by who publishes it, by who takes it, and by the table that says where
 * it goes, so that the compiler holds all three to the same data and the same reply.
 */
import type { TSchema } from 'typebox';
import type { Publication } from './outcome.js';
import type { Output } from './output.js';

declare const REPLY: unique symbol;

export interface EventType<Type extends string = string, Data = unknown, Reply = unknown> {
  /** A publication of it. `id` is made by the runtime when left out; a redelivered input should give the same again. */
  (data: Data, options?: { readonly id?: string }): Publication<Type, Data>;
  readonly type: Type;
  /** Of its data, for documents. */
  readonly schema?: TSchema;
  /** There for the compiler alone. */
  readonly [REPLY]?: Reply;
}

// biome-ignore lint/suspicious/noExplicitAny: stands for every event type, whose data differ in both directions
export type AnyEventType = EventType<any, any, any>;

export type PublicationOf<Published extends AnyEventType> =
  Published extends EventType<infer Type, infer Data, unknown> ? Publication<Type, Data> : never;
export type DataOf<Taken extends AnyEventType> = Taken extends EventType<string, infer Data, unknown> ? Data : never;
export type ReplyOf<Taken extends AnyEventType> = Taken extends EventType<string, infer _, infer Reply> ? Reply : never;

/**
 * Declares an event type. `Reply` is what a consumer answers, for those who wait for it; `never`, the default, for one
 * that nobody answers. With schemas its name is part of its type, so that two events with the same data are told apart,
 * and documents can say what it holds.
 *
 * @example
 * const orderPlaced = event<Order>('orders.placed.v1');
 * const orderPriced = event('orders.priced.v1', { data: Order, reply: Price });
 */
export function event<Data, Reply = never>(type: string): EventType<string, Data, Reply>;
export function event<const Type extends string, Data extends TSchema, Reply extends TSchema = never>(
  type: Type,
  schemas: { readonly data: Data; readonly reply?: Reply },
): EventType<Type, Output<Data>, [Reply] extends [never] ? never : Output<Reply>>;
export function event(type: string, schemas?: { readonly data: TSchema }): EventType {
  const publication = (data: unknown, options?: { readonly id?: string }): Publication => ({ type, data, ...options });
  return Object.assign(publication, { type, ...(schemas && { schema: schemas.data }) });
}
