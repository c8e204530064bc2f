/** The shop's one service: what sets each function off, who may call, and what it runs on. */
import { connection, type Entrypoint, Failure, http, on, queue, type Service, socket, timer } from 'function-runtime';
import { embeddedResources } from 'function-runtime/resources/embedded';
import { closeOrders, enter, PLACED, placeOrder, storeOrders } from './functions.js';
import { orderStore } from './store.js';

const service: Service = {
  name: 'orders',
  queues: [{ name: 'orders', partitions: 4 }],
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
    on(queue('orders', PLACED, { size: 100 }), storeOrders),
    on(timer(250), closeOrders),
  ],
};

export const entrypoint: Entrypoint = {
  service,
  open: embeddedResources,
  ports: ({ sql }) => ({ orders: async () => orderStore(await sql()) }),
};
