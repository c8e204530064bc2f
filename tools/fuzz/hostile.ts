/** Values that programs have stumbled over: as text, as names, as numbers, and as JSON that says them in other ways. */
import type { Random } from './random.js';

export const TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00\ud800',
  'a\udfffb',
  '\u{1F600}'.repeat(3),
  '\u{10FFFF}',
  '\u202Eright to left\u202C',
  `z${'\u0301'.repeat(60)}`,
  'ﷺ\u200d\ufeff',
  '\r\nset-cookie: a=b',
  '../../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  '{{7*7}}',
  "' OR 1=1 --",
  '"; drop table messages; --',
  '<script>alert(1)</script>',
  '00000000-0000-0000-0000-000000000000',
  '019A0000-0000-7000-8000-00000000000G',
  '2026-13-45T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-01-01T00:00:00.000Z',
  'null',
  'undefined',
  'NaN',
  'true',
  '[object Object]',
];

/** Names that every JavaScript object knows already. */
export const NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'toJSON',
  'then',
  'length',
  '_placeholder',
  '$where',
  '',
  '\u0000',
  '0',
  '-1',
  'a/b~c',
];

export const NUMBERS: readonly number[] = [
  -1,
  0,
  -0,
  0.5,
  1,
  200,
  201,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 63,
  1e21,
  1e300,
  -1e300,
  5e-324,
];

/** JSON, or nearly, as `JSON.stringify` would not write it. */
export const LITERALS: readonly string[] = [
  '1e400',
  '-1e400',
  '-0',
  '1.0',
  '1E2',
  '01',
  '+1',
  '.5',
  '0x10',
  'NaN',
  'Infinity',
  'undefined',
  "'a'",
  '9007199254740993',
  '123456789012345678901234567890',
  '"\\u0000"',
  '"\\ud83d"',
  '"\\uDE00\\uD83D"',
  '"\\x41"',
  '"\t"',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"_placeholder":true,"num":0}',
  '{"a":1,"a":2}',
  '[,]',
  '//',
];

const LENGTHS = [33, 65, 129, 255, 513, 4_096, 4_097, 20_000];

export const longText = (random: Random): string =>
  random.pick(['x', '\u{1F600}', 'é', '"', '\\']).repeat(random.chance(0.005) ? 300_000 : random.pick(LENGTHS));

/** Brackets, mostly closed again. */
export function deep(random: Random): string {
  const depth = random.chance(0.1) ? random.pick([5_000, 20_000, 100_000]) : random.pick([20, 200, 1_000]);
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  const inside = open === '[' ? '' : '1';
  return open.repeat(depth) + inside + (random.chance(0.9) ? close.repeat(depth) : '');
}
