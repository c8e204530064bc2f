/**
 * Which part of a representation is asked for. https://www.rfc-editor.org/rfc/rfc9110#section-14
 * Own, for the package that Express takes answers 416 where a suffix is longer than the whole, of which it then is all.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** From `start` up to, and without, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Validators {
  /** As the header has it, in quotes. */
  readonly etag?: string;
  readonly 'last-modified'?: string;
}

const ONE = /^bytes=\s*(\d*)-(\d*)\s*$/i;

/** Undefined where all is to be answered: also to who asks for several parts, in another unit, or in no form that is known. */
export function rangeOf(
  { range, 'if-range': condition }: IncomingHttpHeaders,
  length: number,
  validators: Validators,
): Range | 'none' | undefined {
  const [, first, last] = ONE.exec(range ?? '') ?? [];
  if (first === undefined || last === undefined || first + last === '' || length === 0) return undefined;
  if (condition !== undefined && !isStill(String(condition), validators)) return undefined;
  if (first === '') return Number(last) === 0 ? 'none' : { start: Math.max(0, length - Number(last)), end: length };
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= length ? 'none' : { start, end: last === '' ? length : Math.min(Number(last) + 1, length) };
}

/** `If-Range`: exactly the same, and not only equivalent. */
const isStill = (condition: string, { etag, 'last-modified': modified }: Validators): boolean =>
  condition === etag || condition === modified;

/** Whether `If-Match` or `If-Unmodified-Since` ask for something else than what there is. */
export function isOther(headers: IncomingHttpHeaders, { etag, 'last-modified': modified }: Validators): boolean {
  const { 'if-match': match, 'if-unmodified-since': unmodified } = headers;
  if (match !== undefined) return match !== '*' && !match.split(',').some(each => each.trim() === etag);
  return unmodified !== undefined && Date.parse(modified ?? '') > Date.parse(unmodified);
}
