/**
 * A CloudEvent as it came over the wire, and the rules that its attributes must keep.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
import type { FieldError } from '../contract/failure.js';

/** Attributes that are set, extensions among them, and `data`: a JSON value, a string, or bytes (Uint8Array). */
export interface RawEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  readonly data?: unknown;
  readonly [attribute: string]: unknown;
}

export interface Rules {
  /**
   * What the runtime of Knative takes besides: version 0.3, events that name no version (they count as 1.0), any time
   * that JavaScript can read, and extensions of any type.
   */
  readonly legacy?: boolean;
}

/** Besides `specversion`. */
export const REQUIRED = ['id', 'source', 'type'] as const;
const NAME = /^[a-z0-9]+$/;
const URI_REFERENCE = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-Fa-f]{2})+$/;
const SCHEME = /^[A-Za-z][A-Za-z\d+.-]*:/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

export const isUriReference = (text: string): boolean => URI_REFERENCE.test(text);

export const isUnset = (value: unknown): boolean => value === undefined || value === null;

/** What is wrong with the attributes, one entry each; paths start with `at`. Unset attributes may be null. */
export function faultsOf(event: Readonly<Record<string, unknown>>, rules: Rules, at = ''): FieldError[] {
  const faults: FieldError[] = [];
  for (const name of REQUIRED) if (isUnset(event[name])) faults.push({ path: `${at}/${name}`, message: 'is required' });
  const version = versionFault(event.specversion, rules);
  if (version !== undefined) faults.push({ path: `${at}/specversion`, message: version });
  for (const name in event) {
    const value = event[name];
    if (isUnset(value) || name === 'data' || name === 'specversion') continue;
    const message = faultOf(name, value, rules);
    if (message !== undefined) faults.push({ path: `${at}/${name}`, message });
  }
  return faults;
}

function versionFault(version: unknown, { legacy }: Rules): string | undefined {
  if (isUnset(version)) return legacy ? undefined : 'is required';
  if (version === '1.0' || (legacy && version === '0.3')) return undefined;
  return 'is not a version that is known here';
}

/** What is wrong with one attribute that is set, but `specversion`. */
export function faultOf(name: string, value: unknown, rules: Rules): string | undefined {
  switch (name) {
    case 'id':
    case 'type':
    case 'subject':
    case 'datacontenttype':
      return isText(value) ? undefined : 'must be a string that is not empty';
    case 'source':
      return isText(value) && isUriReference(value) ? undefined : 'must be a URI reference';
    case 'dataschema':
      return isText(value) && isUriReference(value) && SCHEME.test(value) ? undefined : 'must be an absolute URI';
    case 'time':
      return isText(value) && isTime(value, rules) ? undefined : 'must be a timestamp of RFC 3339';
    default:
      if (!NAME.test(name)) return 'is not a name that an attribute can have: lower-case letters and digits';
      return rules.legacy || isExtension(value) ? undefined : 'must be a string, a boolean or an integer';
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isTime = (text: string, rules: Rules): boolean =>
  (rules.legacy === true || RFC3339.test(text)) && !Number.isNaN(Date.parse(text));

const isExtension = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isInteger(value);
