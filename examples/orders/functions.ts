/** What the shop does, as functions: values in, values out. */
import { event, functionsOf } from 'function-runtime';
import Type from 'typebox';
import type { OrderStore } from './store.js';

const { single, batch } = functionsOf<{ orders: OrderStore }, 'customer' | 'internal'>();

const Item = Type.String({ minLength: 1, maxLength: 100 });
const Order = Type.Object({ id: Type.String({ format: 'uuid' }), customer: Type.String(), item: Item });

export const orderPlaced = event('orders.placed.v1', { data: Order });
const SHELF_LIFE_MS = 1_000;

export const placeOrder = single({
  name: 'placeOrder',
  access: 'customer',
  needs: [],
  publishes: [orderPlaced],
  summary: 'Takes an order. It is safe when this answers, and stored in the order of its customer.',
  input: Type.Object({ item: Item }, { additionalProperties: false }),
  output: { created: Order },
  handle({ caller, newId }, { data: { item } }) {
    const order = { id: newId(), customer: caller?.userId ?? '', item };
    return { status: 'created', reply: order, publish: [orderPlaced(order)] };
  },
});

export const storeOrders = batch({
  name: 'storeOrders',
  access: 'internal',
  needs: ['orders'],
  emits: ['order:placed'],
  summary: 'Stores orders, and tells their customers.',
  input: Order,
  async handle({ ports, now }, events) {
    const orders = events.map(({ data }) => data);
    await ports.orders.add(orders, new Date(now).toISOString());
    return {
      items: orders.map(() => ({})),
      emit: orders.map(order => ({ send: 'order:placed' as const, data: order, to: [`customer:${order.customer}`] })),
    };
  },
});

export const closeOrders = single({
  name: 'closeOrders',
  access: 'internal',
  needs: ['orders'],
  emits: ['order:closed'],
  summary: 'Closes orders that have been open for long, and tells their customers.',
  input: Type.Object({}),
  async handle({ ports, now }) {
    const closed = await ports.orders.close(new Date(now - SHELF_LIFE_MS).toISOString());
    const tell = (order: (typeof closed)[number]) => ({ data: order, to: [`customer:${order.customer}`] });
    return { emit: closed.map(order => ({ send: 'order:closed' as const, ...tell(order) })) };
  },
});

export const enter = single({
  name: 'enter',
  access: 'customer',
  needs: [],
  summary: 'Has a new connection hear of its customer.',
  input: Type.Object({ connectionId: Type.String() }),
  handle: ({ caller }) => ({ rooms: [`customer:${caller?.userId}`] }),
});
