/**
 * A delivery taken apart into its events, and put together again: its replies are sent and it is acknowledged, or its
 * dead part dead-lettered, when none of its items is open any more.
 */
import { parseStructured } from '../cloudevents/http.js';
import type { Event } from '../contract/event.js';
import { Failure } from '../contract/failure.js';
import type { AnyFunction } from '../contract/function.js';
import type { Delivery } from '../contract/ports.js';
import type { ReplyMessage } from './asked-replies.js';
import { type Resolution, validate } from './batch.js';
import { isFence } from './fence.js';

/** One event of a delivery, on its way to a resolution. */
export interface Item {
  readonly event: Event;
  readonly unpacked: UnpackedDelivery;
  /** Times that it met a defect of ours. */
  defects: number;
}

export interface UnpackedDelivery {
  readonly delivery: Delivery;
  /** Events in the delivery. */
  readonly size: number;
  /** Characters of its body. */
  readonly text: number;
  /** Items without a resolution. */
  open: number;
  readonly dead: { readonly event: unknown; readonly reason: string }[];
  readonly replies: ReplyMessage[];
}

/** The items that the function can take; what it cannot take is dead already. */
export function unpackDelivery(
  delivery: Delivery,
  types: readonly string[],
  fn: AnyFunction,
): { unpacked: UnpackedDelivery; items: readonly Item[] } {
  const { body } = delivery;
  const values = unpack(body);
  const unpacked: UnpackedDelivery = {
    delivery,
    size: values.length,
    text: body.length,
    open: 0,
    dead: [],
    replies: [],
  };
  const items: Item[] = [];
  for (const value of values) {
    try {
      items.push({ event: inspected(value, types, fn), unpacked, defects: 0 });
    } catch (thrown) {
      const fault = Failure.from(thrown);
      deadLetter(unpacked, value, fault.message, fault);
    }
  }
  unpacked.open = items.length;
  return { unpacked, items };
}

/** The item has its resolution, which is not to try again. */
export function resolveItem({ unpacked, event }: Item, resolution: Resolution): void {
  unpacked.open--;
  const { traceparent } = resolution;
  if (resolution.is !== 'ok') deadLetter(unpacked, event, resolution.reason, resolution.failure, traceparent);
  else if (unpacked.delivery.replyTo === undefined) return;
  else if (resolution.failure) addReply(unpacked, event.id, { failure: resolution.failure }, traceparent);
  else addReply(unpacked, event.id, { reply: resolution.reply }, traceparent);
}

/** The replies of several deliveries, together for each publisher that waits for some; they are handed over once. */
export function repliesByAddress(deliveries: Iterable<UnpackedDelivery>): ReadonlyMap<string, readonly ReplyMessage[]> {
  const together = new Map<string, ReplyMessage[]>();
  for (const { delivery, replies } of deliveries) {
    if (delivery.replyTo === undefined || replies.length === 0) continue;
    const forOne = together.get(delivery.replyTo) ?? [];
    together.set(delivery.replyTo, forOne);
    forOne.push(...replies.splice(0));
  }
  return together;
}

/** Why the dead items of a delivery are dead, and what the dead-letter queue gets: undefined stands for the body as it came. */
export function deadPart({ dead, size }: UnpackedDelivery): { reason: string; body: string | undefined } {
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

function deadLetter(
  unpacked: UnpackedDelivery,
  event: unknown,
  reason: string,
  failure: Failure,
  traceparent?: string,
): void {
  unpacked.dead.push({ event, reason });
  addReply(unpacked, (event as Partial<Event> | undefined)?.id, { failure }, traceparent);
}

function addReply(
  unpacked: UnpackedDelivery,
  id: unknown,
  what: { reply: unknown } | { failure: Failure },
  traceparent: string | undefined,
): void {
  if (unpacked.delivery.replyTo === undefined || typeof id !== 'string') return;
  const trace = traceparent !== undefined && { traceparent };
  if ('reply' in what) unpacked.replies.push({ id, reply: what.reply ?? null, ...trace });
  else {
    unpacked.replies.push({ id, failure: toldOf(what.failure), ...trace });
  }
}

const toldOf = ({ code, message, errors, current }: Failure) => ({
  code,
  message,
  ...(errors && { errors }),
  ...(current !== undefined && { current }),
});

/** Stands for what is no JSON. */
const GARBAGE = [undefined];

/** The values that are to be events. */
function unpack(body: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return GARBAGE;
  }
  return Array.isArray(value) && value.length > 0 ? value : [value];
}

/** The event that the value stands for; throws when it stands for none, or for one that the function cannot take. */
function inspected(value: unknown, types: readonly string[], fn: AnyFunction): Event {
  // The parser's own words quote the body, and the reason goes to the log.
  if (value === undefined) throw new Failure('invalid', 'not JSON');
  const event = parseStructured(value) as Event;
  if (isFence(event)) return event;
  const fault = types.includes(event.type) ? validate(fn, event) : foreign(event.type, types);
  if (fault) throw fault;
  return event;
}

const foreign = (type: string, expected: readonly string[]): Failure =>
  new Failure('invalid', `an event of type ${type} on a queue for ${expected.join(', ')}`);
