/**
 * What lets an operator look into a process while it works: traces, the figures of its parts, CPU profiles. What is not
 * asked for is not even loaded.
 */
import type { Logger } from 'pino';
import type { Config } from './config.js';
import type { Tracer } from './contract/tracer.js';
import type { Metrics } from './core/metrics.js';
import type { OtelTracer } from './drivers/otel/tracer.js';
import { profileOnDemand } from './profile.js';
import { once, type Resources } from './resources/resources.js';

export interface Telemetry {
  /** Only where spans have somewhere to go. */
  readonly tracer?: Tracer;
  /** The same resources, instrumented. */
  readonly instrument: <Some extends Pick<Resources, 'sql'>>(resources: Some) => Some;
  /** Sends and writes what there is. */
  close(): Promise<void>;
}

export async function openTelemetry(options: {
  readonly config: Config;
  readonly service: string;
  /** What the service is one of, for those who look at traces of several products. */
  readonly namespace?: string;
  /** Unique to this process. */
  readonly owner: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}): Promise<Telemetry> {
  const { config, service, metrics, log } = options;
  const profiles = profileOnDemand({
    dir: config.cpuProfileDir,
    atStartS: config.cpuProfileSeconds,
    name: service,
    log,
  });
  const tracer = await openTracer(options);
  const instrument: Telemetry['instrument'] = resources => ({
    ...resources,
    sql: once(async () => {
      const sql = await resources.sql();
      metrics.watchPool(() => sql.pool());
      if (!tracer) return sql;
      return (await import('./drivers/otel/sql.js')).tracedSql(sql, tracer);
    }),
  });
  return {
    ...(tracer && { tracer }),
    instrument,
    close: async () => {
      await Promise.all([tracer?.close(), profiles.close()]);
    },
  };
}

type TelemetryOptions = Parameters<typeof openTelemetry>[0];

async function openTracer({
  config,
  service,
  namespace,
  owner,
  log,
}: TelemetryOptions): Promise<OtelTracer | undefined> {
  const { otlpUrl: url, tracesSampler: sampler, tracesRatio: ratio } = config;
  if (url === undefined) return undefined;
  const { otelTracer } = await import('./drivers/otel/tracer.js');
  return otelTracer({
    url,
    sampler,
    ratio,
    service,
    instance: owner,
    log,
    ...(namespace !== undefined && { namespace }),
  });
}
