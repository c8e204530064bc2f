/** The changeable parts of a request behind its request line: headers and body. Whatever is in them, the framing is sound. */
import { gzipSync } from 'node:zlib';
import { NAMES } from './hostile.js';
import { encoded, hostileText, mutatedText } from './mutate.js';
import type { Random } from './random.js';
import type { Draft } from './rest-routes.js';

/** A little that unpacks to much. */
const BOMB = gzipSync(Buffer.alloc(8_000_000));

export function bodyOf(draft: Draft, random: Random): { header: string; bytes: Buffer } | undefined {
  const wanted = draft.body !== undefined;
  if (!wanted && random.chance(0.95)) return undefined;
  const mutations = random.pick([0, 1, 1, 1, 2, 2, 3, 6]);
  let bytes = encoded(wanted ? mutatedText(draft.body, mutations, random) : hostileText(random), random);
  if (random.chance(0.02)) bytes = random.chance(0.2) ? BOMB : gzipSync(bytes);
  if (random.chance(0.95)) return { header: `content-length: ${bytes.length}`, bytes };
  const middle = random.int(bytes.length + 1);
  const chunks = [bytes.subarray(0, middle), bytes.subarray(middle)].filter(({ length }) => length > 0);
  const framed = chunks.flatMap(chunk => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  return { header: 'transfer-encoding: chunked', bytes: Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]) };
}

export function headersOf(draft: Draft, token: string | undefined, random: Random): string[] {
  const type = draft.body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = Object.entries({ ...type, ...draft.headers }).map(([name, value]) =>
    name.startsWith('ce-') && random.chance(0.1)
      ? `${name}: ${random.pick(['', '%', '%00', '1.1', '7', '%F0%9F%98%80', `${random.int(9)}`])}`
      : `${name}: ${name === 'content-type' && random.chance(0.05) ? random.pick(CONTENT_TYPES) : value}`,
  );
  if (token !== undefined) headers.push(`authorization: Bearer ${token}`);
  return headers;
}

const CONTENT_TYPES = [
  'text/plain',
  'application/json; charset=utf-16',
  'application/json; charset="',
  'application/json;',
  'APPLICATION/JSON',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=a',
  'application/cloudevents+json',
  'application/cloudevents-batch+json; charset=latin1',
  'application/cloudevents+xml',
  '',
  '/',
];

export const EXTRA_HEADERS: readonly ((random: Random) => string)[] = [
  random => `content-encoding: ${random.pick(['gzip', 'deflate', 'br', 'identity', 'zstd', 'gzip, gzip', 'x'])}`,
  random => `traceparent: ${random.pick(['00-0-0-0', 'ff', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`])}`,
  random => `x-forwarded-for: ${random.pick(['::1', 'a, b', '127.0.0.1', '__proto__', ','])}`,
  random => `${random.pick(NAMES).replace(/[^\w-]/g, 'x')}x: 1`,
  () => 'authorization: Bearer second',
  () => 'content-type: application/json',
  () => 'if-none-match: *',
  () => 'range: bytes=0-1,5-2',
  () => `cookie: ${'a=b; '.repeat(500)}`,
  random => `origin: ${random.pick(['null', 'https://example.org', '\xff\xfe'])}`,
  random => `accept: ${random.pick(['*/*;q=9', 'text/html', ','])}`,
  () => `x-long: ${'y'.repeat(6_000)}`,
  random =>
    `connection: ${random.pick(['upgrade', 'Upgrade, HTTP2-Settings', 'keep-alive, Upgrade'])}\r\nupgrade: ${random.pick(['h2c', 'websocket', 'x/1, h2c', '?'])}`,
  () => 'ce-data: x',
  random => `ce-${random.pick(['type', 'id', 'time', '__proto__', 'source'])}: ${random.pick(['%zz', 'x', '2026'])}`,
];
