/** Makes other JSON out of a good value: first in its tree, then in its text, then in its bytes. */
import { deep, LITERALS, longText, NAMES, NUMBERS, TEXTS } from './hostile.js';
import type { Random } from './random.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The value's text with so many places of it exchanged, taken away or doubled. */
export function mutatedText(value: Json, mutations: number, random: Random): string {
  let text = JSON.stringify(value);
  for (let count = 0; count < mutations; count++) {
    const tree = parsed(text);
    text = tree === undefined ? text : written(tree, random.int(sizeOf(tree)), random);
  }
  return random.chance(0.08) ? broken(text, random) : text;
}

/** Text as bytes, which now and then are not UTF-8, or not all there. */
export function encoded(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || !random.chance(0.06)) return bytes;
  const at = random.int(bytes.length);
  switch (random.int(4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.int(8)), bytes.subarray(at)]);
    case 2:
      bytes[at]! ^= 1 << random.int(8);
      return bytes;
    default:
      return Buffer.concat([bytes.subarray(0, at), random.pick(INVALID_UTF8), bytes.subarray(at)]);
  }
}

export const INVALID_UTF8: readonly Buffer[] = [
  [0xff],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xf5, 0x80],
  [0xc0, 0x80],
].map(bytes => Buffer.from(bytes));

/** Any JSON, or what pretends to be some. */
export function hostileText(random: Random): string {
  switch (random.int(8)) {
    case 0:
      return JSON.stringify(random.pick(NUMBERS));
    case 1:
    case 2:
      return JSON.stringify(random.pick(TEXTS));
    case 3:
      return JSON.stringify(longText(random));
    case 4:
      return random.chance(0.3) ? deep(random) : '[]';
    case 5:
      return random.pick(['null', 'true', '{}', '[[]]', '[null]', '{"a":{"b":[]}}']);
    default:
      return random.pick(LITERALS);
  }
}

const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const childrenOf = (value: Json): readonly Json[] =>
  Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];

/** Places in the tree; a deep one is not worth descending into. */
function sizeOf(value: Json, depth = 0): number {
  if (depth > 50) return 1;
  return 1 + childrenOf(value).reduce<number>((size, child) => size + sizeOf(child, depth + 1), 0);
}

/** Writes the tree with the place of that number exchanged. */
function written(value: Json, place: number, random: Random, depth = 0): string {
  if (place === 0) return exchanged(value, random);
  let left = place - 1;
  const write = (child: Json): string => {
    const size = sizeOf(child, depth + 1);
    const here = left >= 0 && left < size;
    const text = here ? written(child, left, random, depth + 1) : JSON.stringify(child);
    left -= size;
    return text;
  };
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  const members = Object.entries(value as { [name: string]: Json });
  return `{${members.map(([name, child]) => `${JSON.stringify(name)}:${write(child)}`).join()}}`;
}

function exchanged(value: Json, random: Random): string {
  if (!isObject(value) || random.chance(0.2)) return Array.isArray(value) ? list(value, random) : hostileText(random);
  const members = Object.entries(value).map(([name, child]) => `${JSON.stringify(name)}:${JSON.stringify(child)}`);
  const at = random.int(members.length);
  const [name = 'a'] = Object.keys(value).slice(at);
  const stranger = JSON.stringify(random.chance(0.7) ? random.pick(NAMES) : random.pick(TEXTS));
  switch (random.int(4)) {
    case 0:
      members.splice(at, 1);
      break;
    case 1:
      members.push(`${JSON.stringify(name)}:${hostileText(random)}`);
      break;
    case 2:
      members[at] = `${stranger}:${hostileText(random)}`;
      break;
    default:
      members.push(`${stranger}:${hostileText(random)}`);
  }
  return `{${members.join()}}`;
}

function list(value: readonly Json[], random: Random): string {
  const items = value.map(item => JSON.stringify(item));
  switch (random.int(4)) {
    case 0:
      return hostileText(random);
    case 1:
      return `[${[...items, hostileText(random)].join()}]`;
    case 2:
      return `[${Array.from({ length: random.pick([2, 501, 1_001]) }, () => items[0] ?? '0').join()}]`;
    default:
      return `[${[...items, ...items].join()}]`;
  }
}

function broken(text: string, random: Random): string {
  const at = random.int(text.length + 1);
  switch (random.int(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return `\ufeff${text}`;
    case 2:
      return text.slice(0, at) + random.pick(['"', '{', '}', ',', ':', '\\', '\u0000', '\u2028']) + text.slice(at);
    default:
      return text + text;
  }
}

/** Texts that are no JSON, or too deep to be handled here again, are left as they are. */
function parsed(text: string): Json | undefined {
  try {
    return text.length > 5_000 ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}
