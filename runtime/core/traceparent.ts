/** W3C trace context, level 1: https://www.w3.org/TR/trace-context/#traceparent-header */

/** Of a version that is not known here, the part that is: it has more fields at most. Version 00 has exactly four. */
const TRACEPARENT = /^(?!ff|00.{54})[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** Undefined for anything that is no trace context, which then counts as none. */
export function parseTraceparent(text: unknown): TraceContext | undefined {
  const found = typeof text === 'string' && TRACEPARENT.exec(text);
  if (!found) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = found;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const writeTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
