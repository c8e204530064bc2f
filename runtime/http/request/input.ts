/**
 * Makes one flat input of a request's path, query and body. A name has exactly one place where it may come from;
 * anywhere else it is an unknown field. Only what HTTP can say as nothing but text is converted, by the schema.
 */
import { Failure, type FieldError } from '../../contract/failure.js';
import type { Method } from '../../contract/trigger.js';
import { convert, type Schema } from './convert.js';

export interface RequestParts {
  readonly method: Method;
  readonly path: Readonly<Record<string, unknown>>;
  /** What follows the `?`, undecoded. */
  readonly search: string;
  /** Parsed JSON, or undefined when there was no body. */
  readonly body: unknown;
  /** Whether the body is bytes: then there are no members but those of path and query. */
  readonly isBytes?: boolean;
}

/** Throws Failure `invalid`. Members are own properties whatever they are called, so that `__proto__` is one of them. */
export function inputOf(
  { method, path, search, body, isBytes = false }: RequestParts,
  schema: Schema,
): Record<string, unknown> {
  const fromQuery = isBytes || method === 'GET' || method === 'DELETE';
  // Nothing to put together: the body is it.
  if (!fromQuery && search === '' && isObject(body) && isEmpty(path)) return body;
  const query = queryOf(search);
  const members = membersOf(body);
  const allowed = fromQuery ? Object.entries(query) : members;
  const misplaced = fromQuery ? members : Object.entries(query);

  const unknown = [...misplaced, ...allowed.filter(([name]) => Object.hasOwn(path, name))].map(([name]) => name);
  if (unknown.length > 0) throw faulty(unknown, 'unknown field');

  const strings = fromQuery ? { ...path, ...query } : path;
  return Object.fromEntries([...Object.entries(convert(strings, schema)), ...(fromQuery ? [] : allowed)]);
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
