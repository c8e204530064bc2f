/**
 * Makes one flat input of a request's path, query, body and named headers. A name has exactly one place where it may come
 * from; anywhere else it is an unknown field. Only what HTTP can say as nothing but text is converted, by the schema.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Failure, type FieldError } from '../../contract/failure.js';
import { type HttpTrigger, takesJson } from '../../contract/trigger.js';
import { convert, type Schema } from './convert.js';

export interface RequestParts {
  readonly trigger: HttpTrigger;
  readonly path: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  /** What follows the `?`, undecoded. */
  readonly search: string;
  /** Parsed JSON, or undefined when there was no body. */
  readonly body: unknown;
}

/** Throws Failure `invalid`. Members are own properties whatever they are called, so that `__proto__` is one of them. */
export function inputOf(
  { trigger, path, search, headers, body }: RequestParts,
  schema: Schema,
): Record<string, unknown> {
  const { requestHeaders } = trigger;
  if (trigger.raw) return convert(path, schema);
  const fromQuery = !takesJson(trigger);
  // Nothing to put together: the body is it.
  if (!fromQuery && !requestHeaders && search === '' && isObject(body) && isEmpty(path)) return body;
  const query = queryOf(search);
  const members = membersOf(body);
  const allowed = fromQuery ? Object.entries(query) : members;
  const misplaced = fromQuery ? members : Object.entries(query);

  const elsewhere = (name: string): boolean =>
    Object.hasOwn(path, name) || (requestHeaders !== undefined && Object.hasOwn(requestHeaders, name));
  const unknown = [...misplaced, ...allowed.filter(([name]) => elsewhere(name))].map(([name]) => name);
  if (unknown.length > 0) throw faulty(unknown, 'unknown field');

  const named = requestHeaders ? headersNamed(requestHeaders, headers) : {};
  const strings = { ...path, ...(fromQuery && query), ...named };
  return Object.fromEntries([...Object.entries(convert(strings, schema)), ...(fromQuery ? [] : allowed)]);
}

/** Those that came. */
function headersNamed(names: Readonly<Record<string, string>>, headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([member, name]): [string, string][] => {
      const value = headers[name.toLowerCase()];
      return value === undefined ? [] : [[member, String(value)]];
    }),
  );
}

/** One value a name: neither lists nor nesting. */
function queryOf(search: string): Record<string, string> {
  if (search === '') return {};
  try {
    decodeURIComponent(search.replaceAll('+', ' '));
  } catch {
    throw new Failure('invalid', 'the query is not valid percent-encoding');
  }
  const pairs = [...new URLSearchParams(search)];
  const seen = new Set<string>();
  const twice = pairs.map(([name]) => name).filter(name => seen.size === seen.add(name).size);
  if (twice.length > 0) throw faulty(twice, 'given more than once');
  return Object.fromEntries(pairs);
}

function membersOf(body: unknown): [string, unknown][] {
  if (body === undefined) return [];
  if (!isObject(body)) throw new Failure('invalid', 'the body must be a JSON object');
  return Object.entries(body);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** Names a few of the fields, and not at any length: the answer must not grow with the garbage. */
function faulty(names: readonly string[], message: string): Failure {
  const few = [...new Set(names)].slice(0, 10).map(name => name.slice(0, 100));
  const errors = few.map((name): FieldError => ({ path: pointer(name), message }));
  return new Failure('invalid', `${message}: ${few.join(', ')}`, { errors });
}

/** RFC 6901 */
const pointer = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
