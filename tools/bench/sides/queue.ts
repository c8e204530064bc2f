/** A consumer in a process of its own that empties a quorum queue: the same for ours and for the peer. */
import { eventually } from '#support/eventually.js';
import type { Side } from '../bench-case.js';
import { type ConsumerPlan, type ConsumerResult, ITEM } from '../consumers/consumer.js';
import { inProcess } from '../load/worker.js';
import { declareAsOurs, fill, waitingIn } from './broker.js';
import { serversOf } from './fleet.js';

const MESSAGES = 50_000;
/** Below that, a consumer is measured that only warms up. */
const FEWEST = 10_000;
const BYTES = 200;

export function queueSide(name: string, consumer: 'ours' | 'bare' | 'nest', batch: number, tells = false): Side {
  return {
    name,
    async open(stage) {
      const services = await stage.services();
      if ('missing' in services) return services;
      const { amqp } = services;
      const queue = `bench.items.${consumer}.${batch}${tells ? '.told' : ''}`;
      await declareAsOurs(amqp, queue);
      const { RabbitMQ } = serversOf(services);
      return {
        async round({ scale }) {
          const count = Math.max(FEWEST, MESSAGES * scale);
          const warm = count;
          await fill(
            amqp,
            queue,
            Array.from({ length: warm + count }, (_, number) => item(number)),
          );
          const { cpu, consumerUs } = await inProcess<ConsumerPlan, ConsumerResult>(
            new URL(`../consumers/${consumer}.js`, import.meta.url),
            { amqp, queue, warm, count, batch, tells, watched: RabbitMQ ? { RabbitMQ } : {} },
          );
          // What a queue says of itself comes a little late.
          await eventually('every message is acknowledged', async () => (await waitingIn(amqp, queue)) === 0);
          return {
            values: { 'messages/s': count / cpu.seconds, 'consumer CPU µs/message': consumerUs / count },
            cpu: { consumer: consumerUs / count, RabbitMQ: (cpu.us.RabbitMQ ?? 0) / count },
          };
        },
        close: async () => {},
      };
    },
  };
}

function item(number: number): string {
  const event = { specversion: '1.0', id: String(number), source: '/bench', type: ITEM };
  const bare = JSON.stringify({ ...event, data: { number, text: '' } });
  return JSON.stringify({ ...event, data: { number, text: 'x'.repeat(Math.max(0, BYTES - bare.length)) } });
}
