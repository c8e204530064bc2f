/** CloudEvents as foreign functions know them: instances of the SDK's class, frozen. */
import { CloudEvent } from 'cloudevents';
import { parseBatch, parseBinary, parseStructured, type RawEvent } from '../cloudevents/http.js';
import { faultsOf } from '../cloudevents/raw-event.js';
import { Failure } from '../contract/failure.js';
import { HttpFailure } from './failure.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const LEGACY = { legacy: true } as const;

/** The event that the request carries, or the list of a batch; undefined when it is plain HTTP. 400 for a broken one. */
export function eventsOf(headers: Headers, body: unknown): CloudEvent | CloudEvent[] | undefined {
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
  const event = {
    ...attributes,
    id: attributes.id || crypto.randomUUID(),
    specversion: attributes.specversion || '1.0',
  };
  return faultsOf(event, {}).length === 0
    ? toCloudEvent(event as unknown as RawEvent)
    : (new CloudEvent<unknown>(attributes) as CloudEvent);
}

/**
 * What `new CloudEvent(event, false)` makes, member for member, without copying and deleting its way there: the event
 * has been checked already.
 */
function toCloudEvent(event: RawEvent): CloudEvent {
  const made = new Received(event);
  for (const name in event) if (!Object.hasOwn(made, name)) made[name] = event[name];
  return Object.freeze(made) as unknown as CloudEvent;
}

/** The time of day as text, made once a millisecond. */
const now = (() => {
  let at = 0;
  let text = '';
  return () => {
    const time = Date.now();
    if (time !== at) text = new Date(time).toISOString();
    at = time;
    return text;
  };
})();

/** A constructor of the old kind, because only such a one can make instances of a class without running it. */
const Received = function (this: Record<string, unknown>, event: RawEvent) {
  const { time, data } = event;
  this.id = event.id;
  this.time = time === undefined ? now() : canonicalTime(time);
  this.type = event.type;
  this.source = event.source;
  this.specversion = event.specversion;
  this.datacontenttype = event.datacontenttype;
  this.subject = event.subject;
  this.datacontentencoding = event.datacontentencoding;
  this.dataschema = event.dataschema;
  this.data_base64 = ArrayBuffer.isView(data) ? base64(data) : undefined;
  this.schemaurl = event.schemaurl;
  this.data = data;
} as unknown as new (
  event: RawEvent,
) => Record<string, unknown>;
Received.prototype = CloudEvent.prototype;

const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** In UTC, with milliseconds. Throws RangeError for what is no time. */
export const canonicalTime = (time: string): string => (CANONICAL.test(time) ? time : new Date(time).toISOString());

const base64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** Of any copy of the SDK, whatever its version: a function brings its own. */
export const isCloudEvent = (value: unknown): value is CloudEvent =>
  value instanceof CloudEvent || (value as object | null | undefined)?.constructor?.name === 'CloudEvent';
