/**
 * Telling whoever watches how one piece of work led to the next: spans, as OpenTelemetry means them. Where nobody
 * watches there is no tracer, and whoever could start a span does nothing instead.
 */
import type { Failure } from './failure.js';

/** Named by OpenTelemetry's semantic conventions, https://opentelemetry.io/docs/specs/semconv/. Undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanStart {
  readonly kind: 'server' | 'client' | 'producer' | 'consumer';
  /** W3C trace context of what led to it. Without one, or with a malformed one, a new trace begins. */
  readonly parent?: string | undefined;
  /** Trace contexts of what else led to it. */
  readonly links?: readonly string[];
  readonly attributes: Attributes;
}

export interface Span {
  /** W3C trace context for what this leads to. https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string;
  /** Whether it will be seen by anybody: false when its trace is not among the sampled ones. */
  readonly recording: boolean;
  /** Once. With a failure, whose code is its `error.type`. */
  end(failure?: Failure, attributes?: Attributes): void;
}

export interface Tracer {
  start(name: string, start: SpanStart): Span;
  /** What the work does out of sight of the runtime, such as its statements, belongs to the span. */
  within<Result>(span: Span, work: () => Result): Result;
}
