/** CloudEvents, in and out. */
import { createRequire } from 'node:module';
import { CloudEvent } from 'cloudevents';
import { attributes, batch, bytes, type Case, event, json, structured, text } from './case.js';

const require = createRequire(import.meta.url);
const { CloudEvent: TheirCloudEvent } = createRequire(require.resolve('faas-js-runtime'))('cloudevents');

// biome-ignore lint/suspicious/noExplicitAny: whatever the event holds
const seen = (context: any, input: any) => ({
  event: context.cloudevent,
  isInput: context.cloudevent !== undefined && context.cloudevent === input,
  isFrozen: Object.isFrozen(context.cloudevent ?? {}),
  class: input?.constructor?.name,
  data: Buffer.isBuffer(input?.data) ? input.data.toString('hex') : input?.data,
});
// biome-ignore lint/suspicious/noExplicitAny: as above
const arrives = (_: any, input: any) => ({ data: input?.data ?? null, id: input?.id ?? null });
const reply = { id: '2', source: '/there', type: 'c.d', time: '2024-01-02T03:04:05.678Z' };
const body = (event: object) => JSON.stringify(event);
const old = { ...event, 'ce-specversion': '0.3' };
const invalid = (message: string) =>
  JSON.stringify({ statusCode: 400, error: 'Bad Request', message: `not a CloudEvent: ${message}` });

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

const refused: [string, Pick<Case, 'headers' | 'body'>, number, string][] = [
  ['no type', { headers: { ...event, 'ce-type': '' } }, 500, 'type must be a string that is not empty'],
  ['no source', { headers: { 'ce-id': '1', 'ce-type': 'a' } }, 500, 'source is required'],
  [
    'a source that is no URI',
    { headers: { ...event, 'ce-source': 'two words' } },
    500,
    'source must be a URI reference',
  ],
  [
    'a name that is none',
    { headers: { ...event, 'ce-a_b': 'x' } },
    500,
    'a_b is not a name that an attribute can have: lower-case letters and digits',
  ],
  [
    'an unknown version',
    { headers: { ...event, 'ce-specversion': '11.0' } },
    200,
    'specversion is not a version that is known here',
  ],
  ['a time that is none', { headers: { ...event, 'ce-time': 'soon' } }, 200, 'time must be a timestamp of RFC 3339'],
  [
    'a structured one without a type',
    { headers: structured, body: body({ ...attributes, type: undefined }) },
    500,
    'type is required',
  ],
  [
    'a structured one without an id',
    { headers: structured, body: body({ ...attributes, id: undefined }) },
    200,
    'id is required',
  ],
  [
    'a structured one with a number for an id',
    { headers: structured, body: body({ ...attributes, id: 5 }) },
    500,
    'id must be a string that is not empty',
  ],
  ['a structured one that is no object', { headers: structured, body: '[]' }, 500, 'must be an object, a CloudEvent'],
  [
    'a structured one of no known version',
    { headers: structured, body: body({ ...attributes, specversion: '2.0' }) },
    200,
    'specversion is not a version that is known here',
  ],
];

const rejections: Case[] = refused.map(([what, question, status, message]) => ({
  name: `refuses ${what}`,
  run: () => 'called',
  method: 'POST',
  ...question,
  deviates: {
    because: 'an event that breaks the specification is the fault of its sender: 400, the function is not called',
    original: { status },
    ours: { status: 400, body: invalid(message) },
  },
}));

const wrong: Case[] = [
  {
    name: 'refuses a structured one that is not JSON',
    run: () => 'called',
    headers: structured,
    body: 'x',
    deviates: {
      because: 'the original hands the text to the function as if it were no event',
      original: { status: 200, body: 'called' },
      ours: { status: 400 },
    },
  },
  {
    name: 'structured, the content type spelled otherwise',
    run: arrives,
    headers: { 'content-type': 'application/cloudevents+json;charset=UTF-8' },
    body: body({ ...attributes, data: 1 }),
    deviates: {
      because: 'the original knows two spellings only',
      original: { body: '{"data":null,"id":null}' },
      ours: { body: '{"data":1,"id":"1"}' },
    },
  },
  {
    name: 'attributes in percent encoding',
    run: (_, { subject }) => ({ subject }),
    headers: { ...event, 'ce-subject': 'caf%C3%A9' },
    deviates: {
      because: 'the HTTP binding says that header values are percent-encoded',
      original: { body: '{"subject":"caf%C3%A9"}' },
      ours: { body: '{"subject":"café"}' },
    },
  },
];

const called: string[] = [];
const batches: Case[] = [
  {
    name: 'a batch: each event once, in order, their replies in a batch',
    run: (context, one) => {
      called.push(one.id);
      const reply = context.cloudEventResponse({ got: one.data, before: called.length }).source('/s').type('t');
      return one.id === 'silent' ? undefined : reply.id(`re-${one.id}`).response();
    },
    headers: batch,
    body: body(
      [
        { ...attributes, id: 'a', data: 1 },
        { ...attributes, id: 'silent' },
        { ...attributes, id: 'b', data: 0 },
      ].map(one => one),
    ),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 200 },
    },
  },
  {
    name: 'a batch without replies',
    run: () => 'not an event',
    headers: batch,
    body: body([attributes]),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 204, body: '' },
    },
  },
  {
    name: 'an empty batch',
    run: () => 'never called',
    headers: batch,
    body: '[]',
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 204, body: '' },
    },
  },
  {
    name: 'a batch with a broken event runs nothing',
    run: () => {
      throw new Error('called');
    },
    headers: batch,
    body: body([attributes, { ...attributes, source: '' }]),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 400, body: invalid('1.source must be a URI reference') },
    },
  },
  {
    name: 'a batch whose function throws',
    run: () => {
      throw Object.assign(new Error('later'), { code: 503 });
    },
    headers: batch,
    body: body([attributes]),
    deviates: {
      because: 'the original fails on any batch',
      original: { status: 500 },
      ours: { status: 503, body: 'later' },
    },
  },
];

const answers = { ...event, ...json };
const NO_ATTRIBUTES: readonly (readonly [what: string, value: unknown])[] = [
  ['an object', { a: 1 }],
  ['a list', [1]],
  ['a bigint', 5n],
  ['a symbol', Symbol('x')],
  ['the number NaN', Number.NaN],
];
const outgoing: Case[] = [
  ...NO_ATTRIBUTES.map(([what, ext]) => ({
    name: `returns an event whose extension is ${what}`,
    run: () => new CloudEvent({ ...reply, ext, data: {} } as never, false),
    headers: answers,
    body: '{}',
    deviates: {
      because: 'the original sends what JavaScript makes of it',
      original: { status: typeof ext === 'symbol' ? 500 : 200 },
      ours: {
        status: 500,
        body: `the attribute ext of the event is ${what}, which no attribute of a CloudEvent can be`,
      },
    },
  })),
  ...[{ a: 1 }, [1], 'text', null, 5, undefined, 0, false].map(data => ({
    name: `returns an event of ${JSON.stringify(data)}`,
    run: () => new CloudEvent<unknown>({ ...reply, data }),
    headers: answers,
    body: '{}',
  })),
  {
    name: 'returns an event with all attributes',
    run: () =>
      new CloudEvent({
        ...reply,
        subject: 's',
        dataschema: 'http://x/y',
        datacontenttype: 'application/json',
        ext: 'e',
        num: 5,
        yes: true,
        data: {},
      }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'returns an event of text',
    run: () => new CloudEvent({ ...reply, datacontenttype: 'text/plain', data: 'hi' }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'returns an event of XML',
    run: () => new CloudEvent({ ...reply, datacontenttype: 'application/xml', data: '<a/>' }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'returns an event of bytes',
    run: () => new CloudEvent({ ...reply, datacontenttype: 'image/png', data: Buffer.from([1, 2]) }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'returns an event of base64',
    run: () => new CloudEvent({ ...reply, datacontenttype: 'image/png', data_base64: 'QUI=' }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'returns an event of version 0.3',
    run: () => new CloudEvent({ ...reply, specversion: '0.3', schemaurl: '/s', data: {} }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'returns an event of another copy of the SDK',
    run: () => new TheirCloudEvent({ ...reply, data: { a: 1 } }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'returns the event that it was given',
    run: (_, given) => given,
    headers: { ...answers, 'ce-subject': 's' },
    body: '{"a":1}',
  },
  {
    name: 'resolves to an event',
    run: async () => new CloudEvent({ ...reply, data: {} }),
    headers: structured,
    body: body(attributes),
  },
  { name: 'returns an event to plain HTTP', run: () => new CloudEvent({ ...reply, data: { a: 1 } }) },
  { name: 'returns an object to an event', run: () => ({ a: 1 }), headers: answers, body: '{}' },
  {
    name: 'returns a status to an event',
    run: () => ({ statusCode: 202, headers: { 'X-A': 'b' }, body: 'ok' }),
    headers: answers,
    body: '{}',
  },
  { name: 'returns nothing to an event', headers: answers, body: '{}' },
  {
    name: 'throws at an event',
    run: () => {
      throw Object.assign(new Error('no'), { code: 409 });
    },
    headers: answers,
    body: '{}',
  },
  {
    name: 'builds the answer',
    run: context =>
      context
        .cloudEventResponse({ a: 1 })
        .id('2')
        .type('c.d')
        .source('/there')
        .version('1.0')
        .response()
        .cloneWith({ time: reply.time }),
    headers: answers,
    body: '{}',
  },
  {
    name: 'builds an answer that is no event',
    run: context => context.cloudEventResponse('x').id('2').response(),
    headers: answers,
    body: '{}',
  },
  {
    name: 'builds an answer with a broken source',
    run: context => context.cloudEventResponse('x').id('2').type('t').source('two words').response(),
    headers: answers,
    body: '{}',
  },
  {
    name: 'builds an answer by default',
    run: context => {
      const { id, time, ...rest } = context.cloudEventResponse(0).type('t').source('/s').response().toJSON();
      return {
        id: typeof id,
        time: typeof time,
        rest,
        keys: Object.keys(context.cloudEventResponse(1).id('1').type('t').source('/s').response()),
      };
    },
  },
  {
    name: 'an event that came can do what events do',
    run: (_, given) => ({
      valid: given.validate(),
      clone: given.cloneWith({ id: '9' }),
      text: `${given}`,
      keys: Object.keys(given),
    }),
    headers: { ...answers, 'ce-ext': 'x' },
    body: '{"a":1}',
  },
  {
    name: 'returns an event whose subject is not ASCII',
    run: () => new CloudEvent({ ...reply, subject: 'café ☕', data: {} }),
    headers: answers,
    body: '{}',
    deviates: {
      because: 'the original sends attributes without the percent encoding of the HTTP binding',
      original: { status: 500 },
      ours: { status: 200 },
    },
  },
];

export const events: Case[] = [...incoming, ...kept, ...numbers, ...rejections, ...wrong, ...batches, ...outgoing];
