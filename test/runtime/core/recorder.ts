/** A tracer that writes down what it is told. */
import type { Failure } from '#runtime/contract/failure.js';
import type { Attributes, SpanStart, Tracer } from '#runtime/contract/tracer.js';
import { parseTraceparent, writeTraceparent } from '#runtime/core/traceparent.js';

export interface Recorded extends SpanStart {
  readonly name: string;
  readonly traceparent: string;
  ended: number;
  failure?: Failure | undefined;
  more?: Attributes | undefined;
}

/** Numbers its spans, and samples as the parent was. */
export function recorder() {
  const spans: Recorded[] = [];
  let traces = 0;
  const tracer: Tracer = {
    start(name, start) {
      const from = parseTraceparent(start.parent);
      const traceId = from?.traceId ?? String(++traces).padStart(32, 'f');
      const recording = from?.sampled ?? true;
      const span: Recorded = {
        name,
        ...start,
        traceparent: writeTraceparent({
          traceId,
          spanId: String(spans.length + 1).padStart(16, '0'),
          sampled: recording,
        }),
        ended: 0,
      };
      if (recording) spans.push(span);
      return {
        traceparent: span.traceparent,
        recording,
        end: (failure, more) => void Object.assign(span, { ended: span.ended + 1, failure, more }),
      };
    },
    within: (_span, work) => work(),
  };
  const named = (name: string) => spans.filter(span => span.name === name);
  return { tracer, spans, named };
}

/** A trace context: of a trace of this digit, sampled unless the flags say otherwise. */
export const context = (digit: string, flags = '01') => `00-${digit.repeat(32)}-${'6'.repeat(16)}-${flags}`;
