/**
 * Types of events. Each is declared once, and used by who publishes it, by who takes it, and by the table that says where
 * it goes, so that the compiler holds all three to the same data and the same reply.
 */
import type { TSchema } from 'typebox';
import type { Publication } from './outcome.js';
import type { Output } from './output.js';

declare const REPLY: unique symbol;

/**
 * A type of event. Called with data it makes a publication of itself.
 *
 * @example
 * const placed: EventType<'orders.placed.v1', Order, never> = orderPlaced;
 * placed({ id: '1', customer: 'ann', item: 'tea' }); // { type, data }: a publication
 */
export interface EventType<Type extends string = string, Data = unknown, Reply = unknown> {
  /** A publication of it. `id` is made by the runtime when left out; a redelivered input should give the same again. */
  (data: Data, options?: Pick<Publication, 'id' | 'unanswered'>): Publication<Type, Data>;
  readonly type: Type;
  /** Of its data, for documents. */
  readonly schema?: TSchema;
  /** There for the compiler alone. */
  readonly [REPLY]?: Reply;
}

/**
 * Any event type, whatever its data and reply.
 *
 * @example
 * const names = (types: readonly AnyEventType[]): string[] => types.map(({ type }) => type);
 */
// biome-ignore lint/suspicious/noExplicitAny: stands for every event type, whose data differ in both directions
export type AnyEventType = EventType<any, any, any>;

/**
 * What an event type makes of its data.
 *
 * @example
 * const publication: PublicationOf<typeof orderPlaced> = orderPlaced({ id: '1', customer: 'ann', item: 'tea' });
 */
export type PublicationOf<Published extends AnyEventType> =
  Published extends EventType<infer Type, infer Data, unknown> ? Publication<Type, Data> : never;
/**
 * The data of an event type.
 *
 * @example
 * const customerOf = ({ customer }: DataOf<typeof orderPlaced>): string => customer;
 */
export type DataOf<Taken extends AnyEventType> = Taken extends EventType<string, infer Data, unknown> ? Data : never;
/**
 * What the consumer of an event type replies; `never` where nobody does.
 *
 * @example
 * const price: ReplyOf<typeof orderPriced> = { cents: 250 };
 */
export type ReplyOf<Taken extends AnyEventType> = Taken extends EventType<string, infer _, infer Reply> ? Reply : never;

/**
 * Declares an event type. `Reply` is what a consumer answers, for those who wait for it; `never`, the default, for one
 * that nobody answers. With schemas its name is part of its type, so that two events with the same data are told apart,
 * and documents can say what it holds.
 *
 * @example
 * const refundAsked = event<Order>('orders.refund-asked.v1');
 * const orderWeighed = event('orders.weighed.v1', { data: Order, reply: Type.Object({ grams: Type.Integer() }) });
 */
export function event<Data, Reply = never>(type: string): EventType<string, Data, Reply>;
export function event<const Type extends string, Data extends TSchema, Reply extends TSchema = never>(
  type: Type,
  schemas: { readonly data: Data; readonly reply?: Reply },
): EventType<Type, Output<Data>, [Reply] extends [never] ? never : Output<Reply>>;
export function event(type: string, schemas?: { readonly data: TSchema }): EventType {
  const publication = (data: unknown, options?: Pick<Publication, 'id' | 'unanswered'>): Publication => ({
    type,
    data,
    ...options,
  });
  return Object.assign(publication, { type, ...(schemas && { schema: schemas.data }) });
}
