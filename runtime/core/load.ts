/**
 * A delivery taken apart into its events, and put together again: its replies are sent and it is acknowledged, or its
 * dead part dead-lettered, when none of its items is open any more.
 */
import { parseStructured } from '../cloudevents/http.js';
import type { Event } from '../contract/event.js';
import { Failure } from '../contract/failure.js';
import type { AnyFunction } from '../contract/function.js';
import type { Delivery } from '../contract/ports.js';
import { misfit, type Resolution } from './batch.js';
import type { Answer } from './publisher.js';

/** One event of a delivery, on its way to a resolution. */
export interface Item {
  readonly event: Event;
  readonly load: Load;
  /** Times that it met a defect of ours. */
  defects: number;
}

export interface Load {
  readonly delivery: Delivery;
  /** Events in the delivery. */
  readonly size: number;
  /** Characters of its body. */
  readonly text: number;
  /** Items without a resolution. */
  open: number;
  readonly dead: { readonly event: unknown; readonly reason: string }[];
  readonly answers: Answer[];
}

/** The items that the function can take; what it cannot take is dead already. */
export function open(delivery: Delivery, type: string, fn: AnyFunction): { load: Load; items: readonly Item[] } {
  const { body } = delivery;
  const events = unpack(body, type, fn);
  const load: Load = { delivery, size: events.length, text: body.length, open: 0, dead: [], answers: [] };
  const items: Item[] = [];
  for (const { event, fault } of events) {
    if (fault === undefined) items.push({ event: event as Event, load, defects: 0 });
    else bury(load, event, fault.message, fault);
  }
  load.open = items.length;
  return { load, items };
}

/** The item has its resolution, which is not to try again. */
export function close({ load, event }: Item, resolution: Resolution): void {
  load.open--;
  const { traceparent } = resolution;
  if (resolution.is !== 'ok') bury(load, event, resolution.reason, resolution.failure, traceparent);
  else if (resolution.failure) answer(load, event.id, { failure: resolution.failure }, traceparent);
  else answer(load, event.id, { reply: resolution.reply }, traceparent);
}

/** The replies of several loads, together for each publisher that waits for some; they are handed over once. */
export function replies(loads: Iterable<Load>): ReadonlyMap<string, readonly Answer[]> {
  const together = new Map<string, Answer[]>();
  for (const { delivery, answers } of loads) {
    if (delivery.replyTo === undefined || answers.length === 0) continue;
    const forOne = together.get(delivery.replyTo) ?? [];
    together.set(delivery.replyTo, forOne);
    forOne.push(...answers.splice(0));
  }
  return together;
}

/** Why the dead items of a load are dead, and what the dead-letter queue gets: undefined stands for the body as it came. */
export function remains({ dead, size }: Load): { reason: string; body: string | undefined } {
  const reason = [...new Set(dead.map(each => each.reason))].join('; ');
  if (dead.length === size) return { reason, body: undefined };
  const events = dead.map(each => each.event);
  return { reason, body: written(events.length === 1 ? events[0] : events) };
}

/** What is nested too deeply can be read but not written again: then the body goes as it came, its good events with it. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function bury(load: Load, event: unknown, reason: string, failure: Failure, traceparent?: string): void {
  load.dead.push({ event, reason });
  answer(load, (event as Partial<Event> | undefined)?.id, { failure }, traceparent);
}

function answer(
  load: Load,
  id: unknown,
  what: { reply: unknown } | { failure: Failure },
  traceparent: string | undefined,
): void {
  if (load.delivery.replyTo === undefined || typeof id !== 'string') return;
  const trace = traceparent !== undefined && { traceparent };
  if ('reply' in what) load.answers.push({ id, reply: what.reply ?? null, ...trace });
  else {
    const { code, message, errors } = what.failure;
    load.answers.push({ id, failure: { code, message, ...(errors && { errors }) }, ...trace });
  }
}

interface Unpacked {
  /** Undefined when the body is no JSON at all. */
  readonly event: unknown;
  readonly fault?: Failure;
}

function unpack(body: string, type: string, fn: AnyFunction): readonly Unpacked[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser's own words quote the body, and the reason goes to the log.
    return [{ event: undefined, fault: new Failure('invalid', 'not JSON') }];
  }
  if (Array.isArray(value) && value.length > 0) return value.map(each => inspected(each, type, fn));
  return [inspected(value, type, fn)];
}

function inspected(value: unknown, type: string, fn: AnyFunction): Unpacked {
  try {
    const event = parseStructured(value) as unknown as Event;
    const fault = event.type === type ? misfit(fn, event) : foreign(event.type, type);
    return fault ? { event: value, fault } : { event };
  } catch (thrown) {
    return { event: value, fault: Failure.from(thrown) };
  }
}

const foreign = (type: string, expected: string): Failure =>
  new Failure('invalid', `an event of type ${type} on a queue for ${expected}`);
