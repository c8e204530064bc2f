/** What a log line says of the work that it is about: who asked for what, by ids, and never what anybody wrote. */
import type { Caller } from '../contract/caller.js';
import type { Event } from '../contract/event.js';
import type { Log } from '../contract/function.js';
import { parseTraceparent } from './traceparent.js';

/** Whatever stands in the place of an id without being one may be anything, and stays out of the log. */
const ID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** `members` are those of the data that hold ids. The event may be anything that somebody put into a queue. */
export function idsOf(event: unknown, members: readonly string[] = [], caller?: Caller): Record<string, string> {
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

/** The same log, whose lines say besides what they are about. What that is, is found out when there is a line. */
export const logAbout = (log: Log, members: readonly string[] | undefined, event: Event, caller?: Caller): Log =>
  new LogAbout(log, members, event, caller);

/** A class, for one is made for every call, and hardly ever used. */
class LogAbout implements Log {
  constructor(
    private readonly log: Log,
    private readonly members: readonly string[] | undefined,
    private readonly event: Event,
    private readonly caller: Caller | undefined,
  ) {}

  debug(fields: object, message: string): void {
    this.log.debug(this.with(fields), message);
  }

  info(fields: object, message: string): void {
    this.log.info(this.with(fields), message);
  }

  warn(fields: object, message: string): void {
    this.log.warn(this.with(fields), message);
  }

  error(fields: object, message: string): void {
    this.log.error(this.with(fields), message);
  }

  private with(fields: object): object {
    return { ...idsOf(this.event, this.members, this.caller), ...fields };
  }
}
