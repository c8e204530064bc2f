/** Hands what an outcome tells over to the fan-out; where there is a tracer, each goes on in the trace of the work that it tells of. */
import { Failure } from '../contract/failure.js';
import type { Fanout, Step } from '../contract/ports.js';
import type { Span, Tracer } from '../contract/tracer.js';
import { stepsOf, type Told } from './memberships.js';
import { emitSpan } from './spans.js';

interface Means {
  readonly fanout: Pick<Fanout, 'emit'>;
  readonly tracer?: Tracer;
}

/** Rejects as the fan-out does. `parentOf` names the trace context of the work that a step tells of. */
export async function emitAll(
  { fanout, tracer }: Means,
  told: Told,
  parentOf: (step: Step) => string | undefined,
): Promise<void> {
  const steps = stepsOf(told);
  if (!tracer) return fanout.emit(steps);
  const groups = new Map<string | undefined, Step[]>();
  for (const step of steps) {
    const parent = parentOf(step);
    const group = groups.get(parent);
    if (group) group.push(step);
    else groups.set(parent, [step]);
  }
  const spans = new Map<string, Span>();
  for (const [parent, group] of groups) {
    if (parent !== undefined) spans.set(parent, emitSpan(tracer, nameOf(group), group.length, parent));
  }
  const traced = steps.map(step => {
    const span = spans.get(parentOf(step) ?? '');
    return 'send' in step && span?.recording ? { ...step, traceparent: span.traceparent } : step;
  });
  try {
    await fanout.emit(traced);
  } catch (thrown) {
    for (const span of spans.values()) span.end(Failure.from(thrown));
    throw thrown;
  }
  for (const span of spans.values()) span.end();
}

const nameOf = (steps: readonly Step[]): string =>
  steps.map(step => ('send' in step ? step.send : undefined)).find(name => name !== undefined) ?? 'rooms';
