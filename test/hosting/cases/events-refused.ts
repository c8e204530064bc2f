/** What comes in and is no CloudEvent, or one that is written in another way. */
import { arrives, attributes, body, type Case, event, invalid, structured } from './case.js';

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

export const refusals: Case[] = [...rejections, ...wrong];
