/** Hands emissions over to the fan-out; where there is a tracer, each goes on in the trace of the work that it tells of. */
import { Failure } from '../contract/failure.js';
import type { Emission } from '../contract/outcome.js';
import type { Fanout } from '../contract/ports.js';
import type { Span, Tracer } from '../contract/tracer.js';
import { emitSpan } from './spans.js';

interface Means {
  readonly fanout: Pick<Fanout, 'emit'>;
  readonly tracer?: Tracer;
}

/** Rejects as the fan-out does. `parentOf` names the trace context of the work that an emission tells of. */
export async function emitAll(
  { fanout, tracer }: Means,
  emissions: readonly Emission[],
  parentOf: (emission: Emission) => string | undefined,
): Promise<void> {
  if (!tracer) return fanout.emit(emissions);
  const groups = new Map<string | undefined, Emission[]>();
  for (const emission of emissions) {
    const parent = parentOf(emission);
    const group = groups.get(parent);
    if (group) group.push(emission);
    else groups.set(parent, [emission]);
  }
  const spans = new Map<string, Span>();
  for (const [parent, group] of groups) {
    if (parent !== undefined) spans.set(parent, emitSpan(tracer, nameOf(group), group.length, parent));
  }
  const traced = emissions.map(emission => {
    const span = spans.get(parentOf(emission) ?? '');
    return 'send' in emission && span?.recording ? { ...emission, traceparent: span.traceparent } : emission;
  });
  try {
    await fanout.emit(traced);
  } catch (thrown) {
    for (const span of spans.values()) span.end(Failure.from(thrown));
    throw thrown;
  }
  for (const span of spans.values()) span.end();
}

const nameOf = (emissions: readonly Emission[]): string =>
  emissions.map(emission => ('send' in emission ? emission.send : undefined)).find(name => name !== undefined) ??
  'rooms';
