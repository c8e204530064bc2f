/** The shop that the examples in the runtime's documentation are about. */
import { connection, event, type Facts, functionsOf, type Sql } from 'function-runtime';
import Type from 'typebox';

export const Order = Type.Object({ id: Type.String(), customer: Type.String(), item: Type.String() });
export const Price = Type.Object({ cents: Type.Integer() });
export type Order = Type.Static<typeof Order>;

export const orderPlaced = event('orders.placed.v1', { data: Order });
export const orderClosed = event('orders.closed.v1', { data: Order });
export const orderPriced = event('orders.priced.v1', { data: Order, reply: Price });

export const queues = {
  orders: { name: 'orders', partitions: 4 },
  prices: { name: 'prices', partitions: 0 },
  search: { name: 'search', partitions: 2 },
};
export const facts: Facts = { exchange: 'shop.facts', facts: [] };

export interface Clock {
  in(city: string): Promise<string>;
}
export interface OrderStore {
  add(orders: readonly Order[]): Promise<void>;
}
export declare const sql: Sql;
export declare const orderStore: (sql: Sql) => OrderStore;
export declare const clock: Clock;
export declare const file: AsyncIterable<Uint8Array>;

export const { single, batch } = functionsOf<{ clock: Clock; orders: OrderStore }, 'public' | 'customer'>();
const common = { access: 'customer', needs: [], summary: 'Does it.', input: Order } as const;
export const tell = single({
  ...{ name: 'tell', access: 'public', needs: ['clock'], summary: 'Tells the time of a city.' },
  input: Type.Object({ city: Type.String() }),
  output: { ok: Type.Object({ time: Type.String() }) },
  handle: async ({ ports }, { data }) => ({ reply: { time: await ports.clock.in(data.city) } }),
});
export const placeOrder = single({
  ...{ ...common, name: 'placeOrder', publishes: [orderPlaced] },
  handle: (_context, { data }) => ({ publish: [orderPlaced(data)] }),
});
export const storeOrders = batch({
  ...{ ...common, name: 'storeOrders' },
  handle: (_, orders) => ({ items: orders.map(() => ({})) }),
});
export const indexOrders = batch({
  ...{ ...common, name: 'indexOrders' },
  handle: (_, orders) => ({ items: orders.map(() => ({})) }),
});
export const closeOrders = single({ ...common, name: 'closeOrders', input: Type.Object({}), handle: () => ({}) });
export const enter = single({
  ...{ ...common, name: 'enter', input: Type.Object({ connectionId: Type.String() }) },
  handle: ({ caller }) => ({ rooms: [`customer:${caller?.userId}`] }),
});
export const storeFile = single({ ...common, name: 'storeFile', handle: () => ({}) });
export const connected = connection('connect');
