/** What becomes of the things that a function returns or throws. */
import { Readable } from 'node:stream';
import { type Case, json } from './case.js';

const failing = (error: unknown) => () => {
  throw error;
};
const withCode = (code: unknown) => Object.assign(new Error('it broke'), { code });
const internal = (message: string, code?: string) =>
  JSON.stringify({ statusCode: 500, ...(code ? { code } : {}), error: 'Internal Server Error', message });

const values: Record<string, unknown> = {
  nothing: undefined,
  null: null,
  'an empty string': '',
  zero: 0,
  false: false,
  'a string': 'hello',
  'a number': 5,
  true: true,
  'a big integer': 5n,
  'an object': { a: 1 },
  'an array': [1, 'x'],
  'an empty object': {},
  'a date': new Date(0),
  'a map': new Map([[1, 2]]),
  bytes: Buffer.from('abc'),
  'a typed array': new Uint8Array([65, 66]),
  'a function': () => 1,
  'a status alone': { statusCode: 201 },
  'a status of nothing': { statusCode: 204 },
  'a status of nothing, with a body': { statusCode: 204, body: 'x' },
  'a redirection': { statusCode: 302, headers: { Location: '/there' }, body: '' },
  'not modified': { statusCode: 304, body: 'x' },
  'a status as a string': { statusCode: '404', body: 'x' },
  'a status and headers alone': { statusCode: 200, headers: { 'X-A': '1' } },
  'headers alone': { headers: { 'X-A': '1', 'Content-Type': 'text/html' } },
  'headers of null': { headers: null, body: 'x' },
  'a body that is text': { body: 'x' },
  'a body of text as text': { headers: { 'Content-Type': 'text/plain' }, body: 'x' },
  'a body that is HTML': { headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: '<p>' },
  'a body that is an object': { statusCode: 202, body: { a: 1 } },
  'a body that is an object, as text': { headers: { 'content-type': 'text/plain' }, body: { a: 1 } },
  'a body that is an object, as JSON of another name': {
    headers: { 'content-type': 'application/ld+json' },
    body: { a: 1 },
  },
  'a content type that ends in a semicolon': { headers: { 'content-type': 'application/json;' }, body: { a: 1 } },
  'a body that is an object, as HTML': { headers: { 'content-type': 'text/html' }, body: { a: 1 } },
  'a body that is a number, as HTML': { headers: { 'content-type': 'text/html' }, body: 7 },
  'a body that is null': { body: null },
  'a body that is null, as text': { headers: { 'content-type': 'text/plain' }, body: null },
  'a body that is null, as HTML': { headers: { 'content-type': 'text/html' }, body: null },
  'a body that is 0': { body: 0 },
  'a body that is false': { body: false },
  'a body that is empty': { body: '' },
  'a body of bytes': { headers: { 'content-type': 'image/png' }, body: Buffer.from([0, 1, 2]) },
  'a body of bytes without a type': { body: Buffer.from('abc') },
  'a content type that is unset': { headers: { 'content-type': undefined }, body: 'x' },
  'a content type that is empty': { headers: { 'content-type': '' }, body: { a: 1 } },
  'headers of every case': {
    headers: { 'X-Upper': 'a', 'x-lower': 'b', 'Access-Control-Allow-Origin': 'http://x' },
    body: 'x',
  },
  'cookies, several': { headers: { 'set-cookie': ['a=1', 'b=2'] }, body: 'x' },
  'a header that is a number': { headers: { 'x-n': 5 }, body: 'x' },
  'a header that is unset': { headers: { 'x-n': undefined }, body: 'x' },
  'a length that is wrong': { headers: { 'content-length': '1' }, body: 'xyz' },
  'a status that is out of range': { statusCode: 999, body: 'x' },
  'a status that is no number': { statusCode: 'fine', body: 'x' },
  'an error': new Error('returned'),
  'an error with a status': Object.assign(new Error('returned'), { statusCode: 418 }),
};

const circular: Record<string, unknown> = {};
circular.self = circular;

export const returns: Case[] = [
  ...Object.entries(values).map(([name, value]) => ({ name: `returns ${name}`, run: () => value })),
  ...Object.entries(values)
    .slice(0, 12)
    .map(([name, value]) => ({ name: `resolves to ${name}`, run: async () => value })),
  { name: 'returns something circular', run: () => circular },
  ...Object.entries({
    'a stream': () => Readable.from(['a', 'b']),
    'a stream as its body': () => ({ headers: { 'content-type': 'text/csv' }, body: Readable.from(['a', 'b']) }),
    'a web stream': () => ({ body: Readable.toWeb(Readable.from(['a', 'b'])) }),
  }).map(([name, run]) => ({
    name: `returns ${name}`,
    run,
    deviates: {
      because: 'the original ends the answer before the stream has begun',
      original: { status: 200, body: '' },
      ours: { status: 200, body: 'ab' },
    },
  })),
  {
    name: 'returns a stream that fails before its first byte',
    run: () =>
      new Readable({
        read() {
          this.destroy(new Error('no data'));
        },
      }),
    deviates: {
      because: 'as above',
      original: { status: 200, body: '' },
      ours: { status: 500, body: internal('no data') },
    },
  },
  { name: 'returns a stream that is empty', run: () => ({ body: Readable.from([]) }) },
  { name: 'returns what it was given', run: (_, body) => body, headers: json, body: '{"deep":{"er":[1]}}' },
  { name: 'throws an error', run: failing(new Error('it broke')) },
  { name: 'rejects', run: async () => failing(new Error('it broke'))() },
  { name: 'throws an error without a message', run: failing(new Error('')) },
  ...[400, 404, 418, 422, 503, '409', 302].map(code => ({
    name: `throws an error with code ${code}`,
    run: failing(withCode(code)),
  })),
  { name: 'throws a string', run: failing('text') },
  { name: 'throws an object', run: failing({ code: 404, message: 'none' }) },
  ...['ECONNREFUSED', 'ERR_INVALID_ARG_TYPE'].map(code => ({
    name: `throws an error with code ${code}`,
    run: failing(withCode(code)),
    deviates: {
      because: 'the code of a system error is no status, and its caller is owed the message',
      original: {
        status: 500,
        body: internal(`Called reply with an invalid status code: ${code}`, 'FST_ERR_BAD_STATUS_CODE'),
      },
      ours: {
        status: 500,
        body: 'it broke',
        headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '8' },
      },
    },
  })),
  ...[23505, 999, 1].map(code => ({
    name: `throws an error with code ${code}`,
    run: failing(withCode(code)),
    deviates: {
      because: 'a number that is no status of HTTP',
      original: { body: internal(`Called reply with an invalid status code: ${code}`, 'FST_ERR_BAD_STATUS_CODE') },
      ours: { status: 500, body: 'it broke' },
    },
  })),
  {
    name: 'throws null',
    run: failing(null),
    deviates: {
      because: 'the original stumbles over it',
      original: { status: 500, body: internal("Cannot read properties of null (reading 'code')") },
      ours: { status: 500, body: '' },
    },
  },
  {
    name: 'returns a header that cannot be sent',
    run: () => ({ headers: { 'x-a': 'line\nbreak' }, body: 'x' }),
    deviates: {
      because: 'the original sends the error document without saying that it is JSON',
      original: {
        status: 500,
        headers: {},
        body: internal('Invalid character in header content ["x-a"]', 'ERR_INVALID_CHAR'),
      },
      ours: {
        status: 500,
        headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': '134' },
        body: internal('Invalid character in header content ["x-a"]', 'ERR_INVALID_CHAR'),
      },
    },
  },
];
