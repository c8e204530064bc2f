/** Writes CloudEvents as HTTP messages: binary, structured or a batch. The inverse of `parseHttp`. */

/** Anything with attributes and data: an `Event` of the contract, a `RawEvent`, a CloudEvent of the SDK. */
export type Writable = Readonly<Record<string, unknown>> | object;

export interface HttpMessage {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Binary mode: attributes as headers, data as the body. Data without a content type is JSON. */
export function toHttp(event: Writable): HttpMessage {
  const { data, datacontenttype } = event as { data?: unknown; datacontenttype?: string };
  const headers = attributeHeaders<Record<string, string>>(event, {});
  if (data === undefined) return { headers, body: '' };
  const bytes = data instanceof Uint8Array;
  if (datacontenttype === undefined) headers['content-type'] = bytes ? 'application/octet-stream' : JSON_TYPE;
  if (bytes) return { headers, body: data };
  const isText = typeof data === 'string' && datacontenttype !== undefined && !/\bjson\b/i.test(datacontenttype);
  return { headers, body: isText ? data : JSON.stringify(data) };
}

/** Structured mode: the whole event as one JSON object. */
export function toStructured(event: Writable): HttpMessage {
  return {
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    body: JSON.stringify(toJson(event)),
  };
}

/** Batched mode: the events as one JSON array, in their order; it may be empty. */
export function toBatch(events: readonly Writable[]): HttpMessage {
  return {
    headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
    body: JSON.stringify(events.map(toJson)),
  };
}

/**
 * An attribute as the type system of CloudEvents writes it. Throws TypeError, naming the attribute, for what can be none.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#type-system
 */
function attributeText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isInteger(value) || value instanceof URL) return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  throw new TypeError(
    `the attribute ${name} of the event is ${kindOf(value)}, which no attribute of a CloudEvent can be`,
  );
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'no time';
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Adds the headers of binary mode: `ce-NAME` for each attribute that is set, and the content type of the data. */
export function attributeHeaders<Into extends Record<string, unknown>>(event: Writable, into: Into): Into {
  const headers: Record<string, unknown> = into;
  for (const name of Object.keys(event)) {
    const value = (event as Record<string, unknown>)[name];
    if (value === undefined || value === null || name === 'data' || name === 'data_base64') continue;
    const text = attributeText(name, value);
    if (name === 'datacontenttype') headers['content-type'] = text;
    else headers[`ce-${name}`] = encoded(text);
  }
  return into;
}

function toJson(event: Writable): object {
  if (isJson(event)) return event;
  const { data, data_base64: _, ...attributes } = event as Record<string, unknown>;
  if (data === undefined) return attributes;
  return data instanceof Uint8Array
    ? { ...attributes, data_base64: Buffer.from(data).toString('base64') }
    : { ...attributes, data };
}

/** What reads as JSON as it stands. An event of the SDK has its own idea of that. */
function isJson(event: Writable): boolean {
  const { data } = event as { data?: unknown };
  return data !== undefined && !(data instanceof Uint8Array) && !('data_base64' in event) && !('toJSON' in event);
}

const PLAIN = /^[!#$&-~]*$/;

/** Everything but printable ASCII is percent-encoded, and so are the space, the double quote and the percent sign. */
const encoded = (text: string): string =>
  PLAIN.test(text) ? text : text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[^!#$&-~]+/gu, encodeURIComponent);
