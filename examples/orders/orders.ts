/** The shop's one service: what sets each function off, who may call, and what it runs on. */
import type { Entrypoint, Service } from 'function-runtime';
import { connection, Failure, http, on, queue, route, socket, timer } from 'function-runtime';
import { embeddedResources } from 'function-runtime/resources/embedded';
import { closeOrders, enter, orderPlaced, placeOrder, storeOrders } from './functions.js';
import { orderStore } from './store.js';

const orders = { name: 'orders', partitions: 4 };

const service: Service = {
  name: 'orders',
  queues: [orders],
  routes: [route(orderPlaced, { queue: orders, key: 'customer' })],
  guard: {
    needs: [],
    levels: { customer: { who: 'Any customer.', refuses: ['unauthorized'] } },
    // A shop with real customers verifies a token here.
    async authenticate(_ports, bearer) {
      return { userId: bearer, sessionId: bearer, expiresAt: Number.MAX_SAFE_INTEGER };
    },
    async authorize(_ports, access, caller) {
      if (access === 'customer' && !caller) throw new Failure('unauthorized', 'say who you are');
    },
  },
  bindings: [
    on(http.post('/orders'), placeOrder),
    on(socket('order:place', { ordered: true }), placeOrder),
    on(connection('connect'), enter),
    on(queue(orders, orderPlaced, { size: 100 }), storeOrders),
    on(timer(250), closeOrders),
  ],
};

export const entrypoint: Entrypoint = {
  service,
  open: embeddedResources,
  ports: ({ sql }) => ({ orders: async () => orderStore(await sql()) }),
};
