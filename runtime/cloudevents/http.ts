/**
 * Reads CloudEvents out of HTTP messages, binary, structured or batched, and says exactly what is wrong with those that
 * are none. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
import { Failure, type FieldError, fieldName } from '../contract/failure.js';
import { parseJson } from '../json.js';
import { faultOf, faultsOf, isUnset, isUriReference, type RawEvent, REQUIRED, type Rules } from './raw-event.js';

export type { RawEvent, Rules } from './raw-event.js';

export type Mode = 'binary' | 'structured' | 'batch';

/** Names in lower case, as Node gives them. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Parsed {
  readonly mode: Mode;
  /** One, but for a batch, which may have none. */
  readonly events: readonly RawEvent[];
}

type Attributes = Record<string, unknown>;

/** How the message says that it carries events; undefined when it does not, or does in a format other than JSON. */
export function modeOf(headers: HttpHeaders): Mode | undefined {
  const type = headers['content-type'];
  if (typeof type === 'string' && type.length >= 24) {
    const essence = essenceOf(type);
    if (essence === 'application/cloudevents+json') return 'structured';
    if (essence === 'application/cloudevents-batch+json') return 'batch';
    if (essence.startsWith('application/cloudevents')) return undefined;
  }
  return headers['ce-id'] === undefined && headers['ce-specversion'] === undefined ? undefined : 'binary';
}

/**
 * The events of a message. JSON data is parsed, text is a string, other data the bytes.
 * Throws Failure `invalid` with an error for each fault, paths being `/attribute`, in a batch `/index/attribute`;
 * `unsupported` for an event format other than JSON.
 */
export function parseHttp(headers: HttpHeaders, body: Uint8Array, rules: Rules = {}): Parsed {
  const mode = modeOf(headers);
  switch (mode) {
    case 'structured':
      return { mode, events: [parseStructured(json(body), rules)] };
    case 'batch':
      return { mode, events: parseBatch(json(body), rules) };
    case 'binary':
      return { mode, events: [parseBinary(headers, dataOf(headers, body), rules)] };
    default:
      if (essenceOf(headers['content-type']).startsWith('application/cloudevents'))
        throw new Failure('unsupported', 'CloudEvents are understood here in JSON only');
      throw new Failure('invalid', 'the request carries no CloudEvent', {
        errors: [{ path: '', message: 'needs the attributes as ce- headers, or a CloudEvents content type' }],
      });
  }
}

/** The event whose attributes are in the headers; its data is what the caller made of the body. */
export function parseBinary(headers: HttpHeaders, data: unknown, rules: Rules = {}): RawEvent {
  const event: Attributes = {};
  if (headers['content-type'] !== undefined) event.datacontenttype = headers['content-type'];
  for (const header in headers) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice(3);
    if (name === 'data') throw invalid([{ path: '/data', message: 'cannot be a header' }]);
    const value = headers[header];
    event[name] = typeof value === 'string' ? decoded(name, value) : value;
  }
  return accepted(event, data, faultsOf(event, rules), rules);
}

/** The event that a JSON value stands for. `data_base64` becomes `data`, as does base64 data of version 0.3. */
export function parseStructured(value: unknown, rules: Rules = {}, at = ''): RawEvent {
  return structured(value, rules, at, faults => {
    throw invalid(faults);
  });
}

/** The events of a batch, in their order; throws with the faults of all of them. */
export function parseBatch(value: unknown, rules: Rules = {}): RawEvent[] {
  if (!Array.isArray(value)) throw invalid([{ path: '', message: 'must be an array of CloudEvents' }]);
  const all: FieldError[] = [];
  const events = value.map((item, index) => structured(item, rules, `/${index}`, faults => all.push(...faults)));
  if (all.length > 0) throw invalid(all);
  return events as RawEvent[];
}

function structured<Refused>(value: unknown, rules: Rules, at: string, refuse: (faults: FieldError[]) => Refused) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse([{ path: at, message: 'must be an object, a CloudEvent' }]);
  // Nearly every event is as it should be already, and need not be copied to become it.
  if (isReady(value as Attributes, rules)) return value as RawEvent;
  const { data, data_base64: base64, ...event } = value as Attributes;
  const faults = faultsOf(event, rules, at);
  const encoded = event.specversion === '0.3' && event.datacontentencoding === 'base64' ? data : (base64 ?? undefined);
  if (encoded !== undefined && !isBase64(encoded))
    faults.push({ path: `${at}/${encoded === data ? 'data' : 'data_base64'}`, message: 'must be base64' });
  if (data !== undefined && base64 !== undefined && base64 !== null)
    faults.push({ path: `${at}/data_base64`, message: 'cannot be there beside data' });
  if (faults.length > 0) return refuse(faults);
  if (encoded === undefined) return accepted(event, data, faults, rules);
  if (event.specversion === '0.3') delete event.datacontentencoding;
  return accepted(event, new Uint8Array(Buffer.from(encoded as string, 'base64')), faults, rules);
}

/** Of version 1.0, without bytes in base64, without attributes that are null, and without faults. */
function isReady(value: Attributes, rules: Rules): boolean {
  if (value.specversion !== '1.0' || value.data === undefined) return false;
  for (const name of REQUIRED) if (isUnset(value[name])) return false;
  for (const name in value) {
    if (name === 'data' || name === 'specversion') continue;
    if (name === 'data_base64' || isUnset(value[name]) || faultOf(name, value[name], rules) !== undefined) return false;
  }
  return true;
}

function accepted(event: Attributes, data: unknown, faults: FieldError[], rules: Rules): RawEvent {
  if (faults.length > 0) throw invalid(faults);
  if (rules.legacy && (event.specversion ?? undefined) === undefined) event.specversion = '1.0';
  for (const name in event) if (event[name] === null || event[name] === undefined) delete event[name];
  if (data !== undefined) event.data = data;
  return event as RawEvent;
}

const invalid = (errors: readonly FieldError[]): Failure =>
  new Failure(
    'invalid',
    `not a CloudEvent: ${errors.map(({ path, message }) => `${fieldName(path)} ${message}`.trim()).join('; ')}`,
    {
      errors,
    },
  );

function essenceOf(contentType: string | readonly string[] | undefined): string {
  if (typeof contentType !== 'string') return '';
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** Header values are percent-encoded UTF-8. A URI that its sender forgot to encode stays the URI that it is. */
function decoded(name: string, value: string): string {
  if (!value.includes('%')) return value;
  try {
    const text = decodeURIComponent(value);
    return (name === 'source' || name === 'dataschema') && !isUriReference(text) ? value : text;
  } catch {
    return value;
  }
}

function dataOf(headers: HttpHeaders, body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  const essence = essenceOf(headers['content-type']);
  if (essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json'))
    return json(body, '/data');
  return essence.startsWith('text/') ? Buffer.from(body).toString() : body;
}

function json(body: Uint8Array, path = ''): unknown {
  try {
    return parseJson(body);
  } catch (cause) {
    throw invalid([{ path, message: `is not JSON: ${(cause as Error).message}` }]);
  }
}

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}(?:==)?|[A-Za-z\d+/]{3}=?)?$/;
const isBase64 = (value: unknown): boolean => typeof value === 'string' && BASE64.test(value);
