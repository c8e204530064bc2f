/** CloudEvents that are answered. */
import { createRequire } from 'node:module';
import { CloudEvent } from 'cloudevents';
import { attributes, body, type Case, event, json, structured } from './case.js';

const require = createRequire(import.meta.url);
const { CloudEvent: TheirCloudEvent } = createRequire(require.resolve('faas-js-runtime'))('cloudevents');
const reply = { id: '2', source: '/there', type: 'c.d', time: '2024-01-02T03:04:05.678Z' };

const answers = { ...event, ...json };
const NO_ATTRIBUTES: readonly (readonly [what: string, value: unknown])[] = [
  ['an object', { a: 1 }],
  ['a list', [1]],
  ['a bigint', 5n],
  ['a symbol', Symbol('x')],
  ['the number NaN', Number.NaN],
];
export const answered: Case[] = [
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
