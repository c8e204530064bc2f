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
  const event = { id: crypto.randomUUID(), specversion: '1.0', ...attributes };
  return faultsOf(event, {}).length === 0
    ? toCloudEvent(event as unknown as RawEvent)
    : (new CloudEvent<unknown>(attributes) as CloudEvent);
}

/**
 * What `new CloudEvent(event, false)` makes, member for member, without copying and deleting its way there: the event
 * has been checked already.
 */
function toCloudEvent(event: RawEvent): CloudEvent {
  const { data } = event;
  const time = event.time === undefined ? new Date() : new Date(event.time);
  const made: Record<string, unknown> = {
    // Set here, the prototype costs nothing.
    __proto__: CloudEvent.prototype,
    id: event.id,
    time: time.toISOString(),
    type: event.type,
    source: event.source,
    specversion: event.specversion,
    datacontenttype: event.datacontenttype,
    subject: event.subject,
    datacontentencoding: event.datacontentencoding,
    dataschema: event.dataschema,
    data_base64: ArrayBuffer.isView(data) ? base64(data) : undefined,
    schemaurl: event.schemaurl,
    data,
  };
  for (const name in event) if (!Object.hasOwn(made, name)) made[name] = event[name];
  return Object.freeze(made) as unknown as CloudEvent;
}

const base64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** Of any copy of the SDK, whatever its version: a function brings its own. */
export const isCloudEvent = (value: unknown): value is CloudEvent =>
  value instanceof CloudEvent || (value as object | null | undefined)?.constructor?.name === 'CloudEvent';
