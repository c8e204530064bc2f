/** What a function gets of a request. */
import { bytes, type Case, event, form, json, text } from './case.js';

const seen = (value: unknown) => ({
  type: Buffer.isBuffer(value) ? 'buffer' : typeof value,
  value: Buffer.isBuffer(value) ? value.toString('hex') : value,
});
// biome-ignore lint/suspicious/noExplicitAny: whatever the context holds
const input = (context: any, value: unknown) => ({ input: seen(value), inContext: seen(context.body) });

const badRequest = (message: string, code?: string) => ({
  status: 400,
  body: JSON.stringify({ statusCode: 400, ...(code ? { code } : {}), error: 'Bad Request', message }),
});

const ALLOWED = {
  'access-control-allow-methods': 'OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH',
  'access-control-allow-origin': '*',
};

export const requests: Case[] = [
  { name: 'a GET has no body', run: input },
  { name: 'a POST without a body', run: input, method: 'POST' },
  { name: 'JSON', run: input, headers: json, body: '{"a":[1,null,"x"]}' },
  {
    name: 'JSON with a charset',
    run: input,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: '[1]',
  },
  { name: 'JSON behind a byte order mark', run: input, headers: json, body: '\ufeff{"a":1}' },
  { name: 'JSON of another name', run: input, headers: { 'content-type': 'application/vnd.x+json' }, body: '[1]' },
  ...['0', 'false', 'null', '""', '"text"', '3.5'].map(body => ({
    name: `JSON ${body}`,
    run: input,
    headers: json,
    body,
  })),
  {
    name: 'a JSON string that looks like JSON',
    run: input,
    headers: json,
    body: '"5"',
    deviates: {
      because: 'the original parses it twice: a string arrives as a number',
      original: { body: '{"input":{"type":"number","value":5},"inContext":{"type":"string","value":"5"}}' },
      ours: { body: '{"input":{"type":"string","value":"5"},"inContext":{"type":"string","value":"5"}}' },
    },
  },
  { name: 'broken JSON', run: input, headers: json, body: '{"a":' },
  { name: 'no JSON at all', run: input, headers: json, body: '' },
  { name: 'JSON that would change a prototype', run: input, headers: json, body: '{"a":{"__proto__":{"b":1}}}' },
  { name: 'the same, spelled with escapes', run: input, headers: json, body: '{"\\u005f_proto__":1}' },
  { name: 'the same, through the constructor', run: input, headers: json, body: '{"constructor":{"prototype":{}}}' },
  { name: 'a harmless member called constructor', run: input, headers: json, body: '{"constructor":"Ferrari"}' },
  { name: 'a form', run: input, headers: form, body: 'a=1&b[c]=x+y&b[d]=%C3%A9&l[]=1&l[]=2' },
  { name: 'an empty form', run: input, headers: form, body: '' },
  { name: 'text', run: input, headers: text, body: 'naïve' },
  { name: 'text with a charset', run: input, headers: { 'content-type': 'text/plain;charset=utf-8' }, body: 'x' },
  { name: 'empty text', run: input, headers: text, body: '' },
  { name: 'other text is bytes', run: input, headers: { 'content-type': 'text/html' }, body: '<p>' },
  { name: 'bytes', run: input, headers: bytes, body: new Uint8Array([0, 255, 128]) },
  { name: 'bytes without a content type', run: input, body: 'abc' },
  { name: 'a content type that is none', run: input, headers: { 'content-type': 'nonsense' }, body: 'abc' },
  { name: 'a body beyond a megabyte', run: input, headers: bytes, body: new Uint8Array(1_048_577) },
  {
    name: 'a body of just a megabyte',
    run: (_, body) => `${body.length}`,
    headers: bytes,
    body: new Uint8Array(1_048_576),
  },
  {
    name: 'a body beyond a small limit',
    variant: 'small',
    run: input,
    headers: json,
    body: JSON.stringify('x'.repeat(99)),
  },
  {
    name: 'a body within a small limit',
    variant: 'small',
    run: input,
    headers: json,
    body: JSON.stringify('x'.repeat(98)),
  },
  {
    name: 'a form beyond the limit',
    variant: 'small',
    run: () => 'taken',
    headers: form,
    body: `a=${'x'.repeat(99)}`,
    deviates: {
      because: 'the original limits all bodies but forms',
      original: { status: 200, body: 'taken' },
      ours: { status: 413 },
    },
  },
  ...Object.entries({ JSON: json, text, form, bytes }).map(([what, headers]) => ({
    name: `the raw body of ${what}`,
    variant: 'raw' as const,
    run: (context: { rawBody: unknown }) => ({ raw: seen(context.rawBody) }),
    headers,
    body: what === 'JSON' ? '{ "a" : 1 }' : 'a=é',
  })),
  {
    name: 'no raw body unless it was asked for',
    run: context => ({ raw: seen(context.rawBody) }),
    headers: json,
    body: '1',
  },
  { name: 'no raw body of a GET', variant: 'raw', run: context => ({ raw: seen(context.rawBody) }) },
  {
    name: 'the request line and the headers',
    path: '/?a=1&b=2&b=3&c=x+y%21',
    headers: { 'x-some': 'Thing', ...text },
    body: '.',
    run: ({ method, httpVersion, httpVersionMajor, httpVersionMinor, contentType, headers, query, a, b, c }) => ({
      line: [method, httpVersion, httpVersionMajor, httpVersionMinor, contentType],
      header: headers['x-some'],
      query,
      members: { a, b, c },
    }),
  },
  { name: 'a query without values', path: '/?a&b=&=c&&', run: ({ query }) => ({ query }) },
  { name: 'no query', run: ({ query }) => ({ query }) },
  { name: 'a query behind a semicolon', path: '/;a=1', run: ({ query }) => ({ query }) },
  { name: 'a query that is not percent-encoded rightly', path: '/?a=%zz&b=100%', run: ({ query }) => ({ query }) },
  {
    name: 'the log',
    run: ({ log }) => ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map(level => typeof log[level]),
  },
  {
    name: 'this, in a function',
    run(this: unknown) {
      return { frozen: Object.isFrozen(this), keys: Object.keys(this as object) };
    },
  },
  {
    name: 'a query key called as a member of the context',
    path: '/?body=evil&method=PWN&cloudEventResponse=x',
    headers: text,
    body: 'good',
    run: context => ({
      members: [context.body, context.method, typeof context.cloudEventResponse],
      query: context.query.body,
    }),
    deviates: {
      because: 'in the original whoever writes the URL overwrites the body and the method',
      original: { body: '{"members":["evil","PWN","string"],"query":"evil"}' },
      ours: { body: '{"members":["good","POST","function"],"query":"evil"}' },
    },
  },
  {
    name: 'a query key called cloudevent',
    path: '/?cloudevent=x',
    run: (_, input) => ({ input: input ?? 'none' }),
    deviates: {
      because: 'in the original the string is taken for the event',
      original: { body: '{"input":"x"}' },
      ours: { body: '{"input":"none"}' },
    },
  },
  { name: 'OPTIONS', method: 'OPTIONS' },
  {
    name: 'OPTIONS of a function with its own origins',
    method: 'OPTIONS',
    variant: 'cors',
    headers: { origin: 'http://a.example' },
  },
  { name: 'HEAD', method: 'HEAD', run: () => ({ a: 1 }) },
  {
    name: 'HEAD of nothing',
    method: 'HEAD',
    deviates: {
      because: 'a 204 must not say how long it is (RFC 9110, 8.6)',
      original: { status: 204 },
      ours: { status: 204, headers: ALLOWED },
    },
  },
  ...['PUT', 'DELETE', 'PATCH'].map(method => ({ name: `${method} is not found`, method, body: 'x' })),
  { name: 'another path', path: '/other?x=1' },
  { name: 'POST to another path', path: '/other', headers: json, body: '1' },
  { name: 'POST to a health endpoint', path: '/health/liveness', method: 'POST' },
  { name: 'a path that is no path', path: '/%zz' },
  { name: 'liveness', path: '/health/liveness' },
  { name: 'readiness', path: '/health/readiness?x=1' },
  { name: 'an origin that is allowed', variant: 'cors', headers: { origin: 'http://a.example' }, run: () => 'x' },
  { name: 'an origin that is not', variant: 'cors', headers: { origin: 'http://evil.example' }, run: () => 'x' },
  { name: 'no origin', variant: 'cors', run: () => 'x' },
  {
    name: 'a broken event to another path',
    path: '/other',
    headers: { ...event, 'ce-type': '' },
    method: 'POST',
    deviates: {
      because: 'the original looks at the event before the path',
      original: { status: 500 },
      ours: { status: 404 },
    },
  },
  {
    name: 'broken JSON with OPTIONS',
    method: 'OPTIONS',
    headers: json,
    body: '{',
    deviates: {
      because: 'nobody wants the body of a preflight',
      original: badRequest("Expected property name or '}' in JSON at position 1"),
      ours: { status: 204 },
    },
  },
];
