/** CloudEvents as foreign functions know them: instances of the SDK's class, frozen. */
import { CloudEvent } from 'cloudevents';
import { parseBatch, parseBinary, parseStructured, type RawEvent } from '../cloudevents/http.js';
import { faultsOf } from '../cloudevents/raw-event.js';
import { Failure } from '../contract/failure.js';
import { HttpFailure } from './failure.js';

type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>;

const LEGACY = { legacy: true } as const;

/** The event that the request carries, or the list of a batch; undefined when it is plain HTTP. 400 for a broken one. */
export function eventsOf(headers: HttpHeaders, body: unknown): CloudEvent | CloudEvent[] | undefined {
  const type = headers['content-type'] as string | undefined;
  try {
    if (type !== undefined && body !== undefined && /^application\/cloudevents(?:-batch)?\+json\b/i.test(type)) {
      const value = parse(body);
      return type[23] === '-'
        ? parseBatch(value, LEGACY).map(toCloudEvent)
        : toCloudEvent(parseStructured(value, LEGACY));
    }
    if (!headers['ce-id'] || type?.startsWith('application/cloudevents')) return undefined;
    return toCloudEvent(parseBinary(headers, body, LEGACY));
  } catch (error) {
    throw error instanceof Failure ? new HttpFailure(400, error.message) : error;
  }
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch (cause) {
    throw new HttpFailure(400, `not a CloudEvent: the body is not JSON: ${(cause as Error).message}`);
  }
}

/** The event that a function builds for its answer; the SDK's own error when it cannot be one. */
export function buildEvent(attributes: Readonly<Record<string, unknown>>): CloudEvent {
  const event: Readonly<Record<string, unknown>> = {
    ...attributes,
    id: attributes.id || crypto.randomUUID(),
    specversion: attributes.specversion || '1.0',
  };
  return faultsOf(event, {}).length === 0
    ? toCloudEvent(event as RawEvent)
    : (new CloudEvent<unknown>(attributes) as CloudEvent);
}

/** The event has been checked already. */
const toCloudEvent = (event: RawEvent): CloudEvent => new CloudEvent<unknown>(event, false) as CloudEvent;

const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** In UTC, with milliseconds. Throws RangeError for what is no time. */
export const canonicalTime = (time: string): string => (CANONICAL.test(time) ? time : new Date(time).toISOString());

/** Of any copy of the SDK, whatever its version: a function brings its own. */
export const isCloudEvent = (value: unknown): value is CloudEvent =>
  value instanceof CloudEvent || (value as object | null | undefined)?.constructor?.name === 'CloudEvent';
