/** What a hosted function tells Prometheus: faas_* for invocations of `/`, and the process's own figures. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { utilization } from './utilization.js';

export interface HttpMetrics {
  /** The server listens; the process has been up for this long. */
  ready(seconds: number): void;
  invoked(): void;
  /** The time from the request's arrival to the function's call. */
  queued(seconds: number): void;
  executed(seconds: number): void;
  failed(): void;
  readonly contentType: string;
  text(): Promise<string>;
  /** Drops everything that was collected. */
  close(): void;
}

export function httpMetrics(labels: Readonly<Record<string, string | undefined>>): HttpMetrics {
  const registry = new Registry();
  registry.setDefaultLabels(Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)));
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const histogram = (name: string, help: string) => new Histogram({ name, help, registers });
  const invocations = new Counter({ name: 'faas_invocations', help: 'Invocations of the function', registers });
  const errors = new Counter({ name: 'faas_errors', help: 'Invocations that failed', registers });
  const execution = histogram('faas_execution_latency', 'Seconds from the call of the function to its answer');
  const coldStart = histogram('faas_cold_start_latency', 'Seconds from the start of the process until it was ready');
  const queue = histogram('faas_queue_latency', 'Seconds from the arrival of a request to the call of the function');
  const current = utilization();
  for (const [name, help, read] of [
    ['faas_cpu_utilization', 'CPU in use on this machine since the last scrape, in percent', current.cpuPercent],
    ['faas_mem_utilization', 'Memory in use on this machine, in MiB', current.memoryMiB],
    ['faas_netio_utilization', 'Network traffic since the last scrape, in MiB a second', current.networkMiBps],
  ] as const)
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        if (value !== undefined) this.set(value);
      },
    });
  return {
    ready: seconds => coldStart.observe(seconds),
    invoked: () => invocations.inc(),
    queued: seconds => queue.observe(seconds),
    executed: seconds => execution.observe(seconds),
    failed: () => errors.inc(),
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close: () => registry.clear(),
  };
}
