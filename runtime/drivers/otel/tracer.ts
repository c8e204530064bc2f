/**
 * The port `Tracer` on OpenTelemetry's SDK: spans go in batches, as OTLP over HTTP in JSON, to a collector. One that is
 * away costs spans and nothing else. What it is to say of this process besides its image, and headers for the
 * collector, the SDK takes from its own standard variables (OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME,
 * OTEL_EXPORTER_OTLP_HEADERS and so on).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Log } from '../../contract/function.js';
import type { Span, Tracer } from '../../contract/tracer.js';
import { parseTraceparent, writeTraceparent } from '../../core/traceparent.js';
import type { SamplerName } from './settings.js';

export interface OtelOptions {
  /** The whole URL. */
  readonly url: string;
  readonly sampler: SamplerName;
  /** Share of traces, for the samplers that want one. */
  readonly ratio: number;
  /** `service.name`, unless the environment says otherwise. */
  readonly service: string;
  /** `service.namespace` */
  readonly namespace?: string;
  /** `service.instance.id` */
  readonly instance: string;
  readonly log: Log;
}

export interface OtelTracer extends Tracer {
  /** The span that the code which asks is working for. */
  current(): Span | undefined;
  /** Sends what it has, and ends. Gives up after some seconds, and never rejects. */
  close(): Promise<void>;
}

const EXPORT_EVERY_MS = 1_000;
const EXPORT_TIMEOUT_MS = 2_000;
const LAST_EXPORT_MS = 3_000;
/** A line about spans that are lost, at most this often. */
const COMPLAIN_MS = 60_000;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

export function otelTracer({ url, sampler, ratio, namespace, service, instance, log }: OtelOptions): OtelTracer {
  const complain = complaints(log, new URL(url).host);
  const own = {
    ...(namespace !== undefined && { 'service.namespace': namespace }),
    ...{ 'service.name': service, 'service.instance.id': instance },
  };
  const provider = new TracerProvider({
    sampler: samplerOf(sampler, ratio),
    resource: defaultResource()
      .merge(resourceFromAttributes(own))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS }),
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('function-runtime');
  const working = new AsyncLocalStorage<Span>();

  return {
    start(name, { kind, parent, links = [], attributes }) {
      const from = contextOf(parent);
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          attributes,
          links: links.flatMap(text => {
            const context = contextOf(text);
            return context ? [{ context }] : [];
          }),
        },
        from ? trace.setSpanContext(ROOT_CONTEXT, from) : ROOT_CONTEXT,
      );
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: writeTraceparent({ traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
        recording: span.isRecording(),
        end(failure, more) {
          if (more) span.setAttributes(more);
          if (failure) span.setAttribute('error.type', failure.code).setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    within: (span, work) => working.run(span, work),
    current: () => working.getStore(),
    async close() {
      await Promise.race([provider.shutdown().catch(complain), delay(LAST_EXPORT_MS, undefined, { ref: false })]);
    },
  };
}

function contextOf(traceparent: string | undefined): SpanContext | undefined {
  const context = parseTraceparent(traceparent);
  if (!context) return undefined;
  const { traceId, spanId, sampled } = context;
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

/** The SDK's own words may hold whatever the collector answered, and stay out of the log. */
function complaints(log: Log, collector: string): () => void {
  let complainedAt = Number.NEGATIVE_INFINITY;
  const complain = (): void => {
    if (performance.now() - complainedAt < COMPLAIN_MS) return;
    complainedAt = performance.now();
    log.warn({ collector }, 'spans are lost: the collector does not take them');
  };
  const nothing = (): void => {};
  const logger = { error: complain, warn: nothing, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
  return complain;
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  if (name.startsWith('parentbased_')) {
    return new ParentBasedSampler({ root: samplerOf(name.slice('parentbased_'.length) as SamplerName, ratio) });
  }
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'always_on' ? new AlwaysOnSampler() : new TraceIdRatioBasedSampler(ratio);
}
