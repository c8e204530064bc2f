/** How things stand, looked at when Prometheus asks and not before. Each is there once its source is. */
import { Gauge, type Registry } from 'prom-client';
import type { PoolUse, QueueDepth } from '../contract/ports.js';
import type { PhysicalQueue } from './partitions.js';

export function createGauges(registry: Registry) {
  const registers = [registry];
  return {
    watchSockets(count: () => number): void {
      new Gauge({
        name: 'sockets',
        help: 'Live connections of this process',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
    watchPool(use: () => PoolUse): void {
      new Gauge({
        name: 'db_client_connection_count',
        help: 'Connections to the database by state: used or idle',
        labelNames: ['state'] as const,
        registers,
        collect() {
          const { used, idle } = use();
          this.set({ state: 'used' }, used);
          this.set({ state: 'idle' }, idle);
        },
      });
      new Gauge({
        name: 'db_client_connection_max',
        help: 'Connections to the database at most',
        registers,
        collect() {
          this.set(use().max);
        },
      });
      new Gauge({
        name: 'db_client_connection_pending_requests',
        help: 'Statements that wait for a connection to the database',
        registers,
        collect() {
          this.set(use().pending);
        },
      });
    },
    watchQueues(ask: () => Promise<readonly (PhysicalQueue & QueueDepth)[]>): void {
      type Depths = ReturnType<typeof ask>;
      let asking: Depths | undefined;
      /** One question for all gauges of one look. */
      const depths = (): Depths => {
        asking ??= ask().finally(() => {
          asking = undefined;
        });
        return asking;
      };
      const watch = (name: string, help: string, of: (depth: QueueDepth) => number) =>
        new Gauge({
          name,
          help: `${help}; each replica that consumes the queue says the same`,
          labelNames: ['queue', 'partition'] as const,
          registers,
          async collect() {
            const told = await depths();
            // What the broker tells nothing about is not known, which is not what it was.
            this.reset();
            for (const each of told) {
              this.set({ queue: each.queue, partition: each.name.slice(each.queue.length + 1) }, of(each));
            }
          },
        });
      watch('queue_messages_ready', 'Messages, of up to 64 events each, that no consumer has', ({ ready }) => ready);
      watch(
        'queue_consumers',
        'Consumers that take from it, over all replicas, one at most of a partition',
        ({ consumers }) => consumers,
      );
    },
  };
}
