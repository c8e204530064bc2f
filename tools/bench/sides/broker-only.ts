/** The broker alone, on queues of a given kind: a bare publisher with confirms, a bare consumer. */
import type { Side } from '../bench-case.js';
import type { PublishPlan, PublishResult } from '../load/publish-load.js';
import { inProcess } from '../load/worker.js';
import { QUORUM_ARGUMENTS } from '../quorum.js';
import { declare } from './broker.js';
import { serversOf } from './fleet.js';

/** As many as the partitions of the product's messages. */
const QUEUES = 8;
const LOAD = new URL('../load/publish-load.js', import.meta.url);

export interface Kind {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export const QUORUM: Kind = { name: 'quorum queues', arguments: QUORUM_ARGUMENTS };
export const UNORDERED: Kind = { name: 'without a single active consumer', arguments: { 'x-queue-type': 'quorum' } };
export const CLASSIC: Kind = { name: 'classic durable queues', arguments: { 'x-single-active-consumer': true } };

type Publishing = { readonly inFlight: number } | { readonly rate: number };

export function brokerSide(kind: Kind, publishing: Publishing, name = kind.name): Side {
  return {
    name,
    async open(stage) {
      const services = await stage.services();
      if ('missing' in services) return services;
      const { amqp } = services;
      const queues = Array.from({ length: QUEUES }, (_, at) => `bench ${kind.name} ${at}`);
      for (const queue of queues) await declare(amqp, queue, kind.arguments);
      const { RabbitMQ = [] } = serversOf(services);
      return {
        async round({ warmS, seconds }) {
          const { cpu, confirmed, ...times } = await inProcess<PublishPlan, PublishResult>(LOAD, {
            ...{ amqp, queues, inFlight: 0, warmS, seconds, watched: { RabbitMQ } },
            ...publishing,
          });
          return {
            values: {
              'messages/s': confirmed / cpu.seconds,
              'ack p50 ms': times.confirmP50,
              'ack p99 ms': times.confirmP99,
              'arrival p50 ms': times.arrivalP50,
              'arrival p99 ms': times.arrivalP99,
            },
            cpu: { RabbitMQ: (cpu.us.RabbitMQ ?? 0) / confirmed },
          };
        },
        close: async () => {},
      };
    },
  };
}
