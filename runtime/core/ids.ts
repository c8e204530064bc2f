/** What a log line says of the work that it is about: who asked for what, by ids, and never what anybody wrote. */
import type { Caller } from '../contract/caller.js';
import type { Event } from '../contract/event.js';
import type { Log } from '../contract/function.js';
import { parseTraceparent } from './traceparent.js';

/** Whatever stands in the place of an id without being one may be anything, and stays out of the log. */
const ID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** `members` are those of the data that hold ids. The event may be anything that somebody put into a queue. */
export function idsOf(members: readonly string[], event: unknown, caller?: Caller): Record<string, string> {
  const { id, traceparent, data } = (event ?? {}) as Partial<Event<Record<string, unknown>>>;
  const traceId = parseTraceparent(traceparent)?.traceId;
  const named = members.flatMap(member => {
    const value = (data as Record<string, unknown> | undefined)?.[member];
    return typeof value === 'string' && ID.test(value) ? [[member, value] as const] : [];
  });
  return {
    ...(typeof id === 'string' && ID.test(id) && { requestId: id }),
    ...(caller && { userId: caller.userId }),
    ...Object.fromEntries(named),
    ...(traceId !== undefined && { traceId }),
  };
}

/** The same log, whose lines say besides what they are about. */
export function logAbout(log: Log, ids: () => object): Log {
  const line =
    (level: keyof Log) =>
    (fields: object, message: string): void =>
      log[level]({ ...ids(), ...fields }, message);
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
