/** An image of ours with a route, an event and a socket function, put together as `serve` does it, without servers. */
import { once } from 'node:events';
import Type from 'typebox';
import { event } from '#runtime/contract/event-type.js';
import { functionsOf } from '#runtime/contract/function.js';
import type { Output } from '#runtime/contract/output.js';
import type { Guard, Service } from '#runtime/contract/service.js';
import { on } from '#runtime/contract/service.js';
import { cloudEvent, http, socket } from '#runtime/contract/trigger.js';
import { createMetrics } from '#runtime/core/metrics.js';
import { memoryFanout } from '#runtime/drivers/memory/fanout.js';
import { memoryQueues } from '#runtime/drivers/memory/queues.js';
import { openEdge } from '#runtime/edge.js';
import { host } from '#runtime/host.js';
import { createListener, type ListenerParts } from '#runtime/http/listener.js';
import { createLog } from '#runtime/log.js';
import { newId } from '#runtime/new-id.js';
import { ORDER_EVENT, totalOf } from './order.js';
import { program } from './serving.js';

const { single } = functionsOf<Record<string, never>, 'public'>();

const Input = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    items: Type.Array(Type.Object({ sku: Type.String({ maxLength: 40 }), quantity: Type.Integer({ minimum: 1 }) })),
  },
  { additionalProperties: false },
);

const placeOrder = single({
  name: 'placeOrder',
  access: 'public',
  needs: [],
  summary: 'Adds up an order.',
  input: Input,
  output: { ok: Type.Object({ name: Type.String(), total: Type.Number() }) },
  handle: (_context, { data }) => ({ reply: totalOf(data) }),
});

const guard: Guard = {
  needs: [],
  levels: {},
  authenticate: async (_ports, bearer, now) => ({ userId: bearer, sessionId: bearer, expiresAt: now + 3_600_000 }),
  authorize: async () => {},
};

const image: Service = {
  name: 'bench',
  guard,
  queues: [],
  bindings: [
    on(http.post('/v1/orders'), placeOrder),
    on(cloudEvent(event<Output<typeof Input>>(ORDER_EVENT)), placeOrder),
    on(socket('order'), placeOrder),
  ],
};

await program(async port => {
  const [metrics, log, fanout] = [
    createMetrics('bench'),
    await createLog({ level: 'info', image: 'bench' }),
    memoryFanout(),
  ];
  const front: ListenerParts = {
    health: { report: () => ({ ready: true, parts: {} }) },
    metrics,
    receiveEvents: () => {},
  };
  const listener = createListener(front);
  const { server } = listener;
  const hosted = await host({
    ...{ service: image, metrics, log, newId, fanout },
    ports: {},
    queues: memoryQueues(),
    edge: options => openEdge({ ...options, listener, fanout }),
  });
  Object.assign(front, { receiveEvents: hosted.receiveEvents, routes: hosted.routes });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
});
