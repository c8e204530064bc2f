/**
 * What lets an operator look into a process while it works: traces, the figures of its parts, CPU profiles. What is not
 * asked for is not even loaded.
 */
import type { Logger } from 'pino';
import type { Config } from './config.js';
import type { Tracer } from './contract/tracer.js';
import type { Metrics } from './core/metrics.js';
import type { OtelTracer } from './drivers/otel/tracer.js';
import { once, type Parts } from './parts/parts.js';
import { profileOnDemand } from './profile.js';

export interface Eyes {
  /** Only where spans have somewhere to go. */
  readonly tracer?: Tracer;
  /** The same parts, looked at. */
  readonly seen: <Some extends Pick<Parts, 'sql'>>(parts: Some) => Some;
  /** Sends and writes what there is. */
  close(): Promise<void>;
}

export async function openEyes(options: {
  readonly config: Config;
  readonly image: string;
  /** Unique to this process. */
  readonly owner: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}): Promise<Eyes> {
  const { config, image, metrics, log } = options;
  const profiles = profileOnDemand({ dir: config.cpuProfileDir, atStartS: config.cpuProfileSeconds, name: image, log });
  const tracer = await openTracer(options);
  const seen: Eyes['seen'] = parts => ({
    ...parts,
    sql: once(async () => {
      const sql = await parts.sql();
      metrics.watchPool(() => sql.pool());
      if (!tracer) return sql;
      return (await import('./drivers/otel/sql.js')).tracedSql(sql, tracer);
    }),
  });
  return {
    ...(tracer && { tracer }),
    seen,
    close: async () => {
      await Promise.all([tracer?.close(), profiles.close()]);
    },
  };
}

type EyesOptions = Parameters<typeof openEyes>[0];

async function openTracer({ config, image, owner, log }: EyesOptions): Promise<OtelTracer | undefined> {
  const { otlpUrl: url, tracesSampler: sampler, tracesRatio: ratio } = config;
  if (url === undefined) return undefined;
  const { otelTracer } = await import('./drivers/otel/tracer.js');
  return otelTracer({ url, sampler, ratio, service: image, instance: owner, log });
}
