/** CloudEvents that come in. */
import { arrives, attributes, body, bytes, type Case, event, json, structured, text } from './case.js';

// biome-ignore lint/suspicious/noExplicitAny: whatever the event holds
const seen = (context: any, input: any) => ({
  event: context.cloudevent,
  isInput: context.cloudevent !== undefined && context.cloudevent === input,
  isFrozen: Object.isFrozen(context.cloudevent ?? {}),
  class: input?.constructor?.name,
  data: Buffer.isBuffer(input?.data) ? input.data.toString('hex') : input?.data,
});
const old = { ...event, 'ce-specversion': '0.3' };

/** `JSON.stringify` of data that is bytes shows more of its class than of its bytes. */
// biome-ignore lint/suspicious/noExplicitAny: as above
const asBytes = (_: any, { data, data_base64 }: any) => ({ bytes: Buffer.from(data).toString('hex'), data_base64 });

const incoming: Case[] = [
  { name: 'binary, JSON', run: seen, headers: { ...event, ...json }, body: '{"a":1}' },
  {
    name: 'binary, JSON with a charset',
    run: seen,
    headers: { ...event, 'content-type': 'application/json; charset=utf-8' },
    body: '{"a":1}',
  },
  { name: 'binary, text', run: seen, headers: { ...event, ...text }, body: 'hi' },
  { name: 'binary, bytes', run: asBytes, headers: { ...event, ...bytes }, body: new Uint8Array([1, 0, 255]) },
  { name: 'binary, no data', run: seen, headers: event, method: 'POST' },
  { name: 'binary, by GET', run: seen, headers: event },
  {
    name: 'binary, subject, schema and extensions',
    run: seen,
    headers: { ...event, ...json, 'ce-subject': 's', 'ce-dataschema': 'http://x/y', 'ce-ext': '5' },
    body: '1.5e1'.replace('1.5e1', '{}'),
  },
  { name: 'binary, a time with an offset', run: seen, headers: { ...event, 'ce-time': '2024-01-02T03:04:05.5+02:00' } },
  {
    name: 'binary, a content type in ce-datacontenttype',
    run: seen,
    headers: { ...event, ...text, 'ce-datacontenttype': 'application/xml' },
    body: '<a/>',
  },
  { name: 'binary 0.3', run: seen, headers: { ...old, ...json, 'ce-schemaurl': '/s' }, body: '{"a":1}' },
  {
    name: 'binary without a version is 1.0',
    run: seen,
    headers: { 'ce-id': '1', 'ce-source': '/here', 'ce-type': 'a.b', 'ce-time': event['ce-time'] },
  },
  { name: 'headers without an id are plain HTTP', run: seen, headers: { 'ce-source': '/here', 'ce-type': 'a.b' } },
  {
    name: 'structured',
    run: seen,
    headers: structured,
    body: body({ ...attributes, data: { a: 1 }, datacontenttype: 'application/json', ext: 'x' }),
  },
  { name: 'structured, no data', run: seen, headers: structured, body: body(attributes) },
  {
    name: 'structured, text',
    run: seen,
    headers: structured,
    body: body({ ...attributes, data: 'hi', datacontenttype: 'text/plain' }),
  },
  { name: 'structured, bytes', run: asBytes, headers: structured, body: body({ ...attributes, data_base64: 'AQD/' }) },
  {
    name: 'structured, subject and schema',
    run: seen,
    headers: structured,
    body: body({ ...attributes, subject: 's', dataschema: 'http://x/y', data: [] }),
  },
  {
    name: 'structured 0.3',
    run: seen,
    headers: structured,
    body: body({ ...attributes, specversion: '0.3', schemaurl: '/s', data: { a: 1 } }),
  },
  {
    name: 'structured 0.3, bytes',
    run: asBytes,
    headers: structured,
    body: body({ ...attributes, specversion: '0.3', datacontentencoding: 'base64', data: 'AQD/' }),
  },
  {
    name: 'structured, the text of the event is the body',
    run: ({ body }) => ({ body }),
    headers: structured,
    body: body(attributes),
  },
  {
    name: 'an event format that is not JSON is plain HTTP',
    run: seen,
    headers: { 'content-type': 'application/cloudevents+xml' },
    body: '<a/>',
  },
  { name: 'broken JSON in a binary event', run: seen, headers: { ...event, ...json }, body: '{' },
];

const kept: Case[] = [0, false, ''].map(data => ({
  name: `structured, data ${JSON.stringify(data)}`,
  run: arrives,
  headers: structured,
  body: body({ ...attributes, data }),
  deviates: {
    because: 'the original drops data that is falsy',
    original: { status: 200, body: '{"data":null,"id":"1"}' },
    ours: { status: 200, body: body({ data, id: '1' }) },
  },
}));

const numbers: Case[] = ['5', 'true'].map(data => ({
  name: `binary, data ${data}`,
  run: arrives,
  headers: { ...event, ...json },
  body: data,
  deviates: {
    because: 'the original takes JSON other than objects and strings for no event at all',
    original: { body: '{"data":null,"id":null}' },
    ours: { body: `{"data":${data},"id":"1"}` },
  },
}));

export const arriving: Case[] = [...incoming, ...kept, ...numbers];
