/** What a careless or hostile client sends over REST, and the answer that it must get. */
import { randomUUID } from 'node:crypto';
import { PASSWORD } from '../../support/people.js';
import type { RequestOptions } from '../../support/rest.js';
import { NOBODY, type Scene } from './scene.js';

export interface Attempt {
  readonly what: string;
  readonly method: string;
  readonly path: string | ((scene: Scene) => string);
  readonly with?: RequestOptions | ((scene: Scene) => RequestOptions);
  readonly status: number | readonly number[];
  /** A JSON Pointer that `errors` must name. */
  readonly field?: string;
}

export const messages = ({ chat }: Scene) => `/v1/chats/${chat.id}/messages`;
const members = ({ chat }: Scene) => `/v1/chats/${chat.id}/members`;
const at = (rest: string) => (scene: Scene) => `/v1/chats/${scene.chat.id}${rest}`;
export const message = (change: object) => ({ body: { clientId: randomUUID(), body: 'text', ...change } });
const person = (change: object) => ({
  body: { email: `${randomUUID()}@example.org`, password: PASSWORD, ...change },
});
const raw = (text: string | Uint8Array, headers = {}) => ({ raw: text, headers });

const sending = (what: string, change: object, field: string): Attempt => ({
  what: `a message with ${what}`,
  method: 'POST',
  path: messages,
  with: message(change),
  status: 400,
  field,
});
const registering = (what: string, change: object, field: string): Attempt => ({
  what: `signing up with ${what}`,
  method: 'POST',
  path: '/v1/auth/register',
  with: person(change),
  status: 400,
  field,
});
const paging = (query: string, field: string): Attempt => ({
  what: `history with ${query}`,
  method: 'GET',
  path: scene => `${messages(scene)}?${query}`,
  status: 400,
  field,
});
const reading = (seq: unknown): Attempt => ({
  what: `a read mark at ${JSON.stringify(seq)}`,
  method: 'POST',
  path: at('/read'),
  with: { body: { seq } },
  status: 400,
  field: '/seq',
});
const creating = (what: string, body: object, field: string, status: Attempt['status'] = 400): Attempt => ({
  what: `a chat with ${what}`,
  method: 'POST',
  path: '/v1/chats',
  with: { body },
  status,
  field,
});

const ids = (count: number) => Array.from({ length: count }, () => randomUUID());

export const ATTEMPTS: readonly Attempt[] = [
  { what: 'malformed JSON', method: 'POST', path: messages, with: raw('{"body":'), status: 400 },
  { what: 'a body that is text', method: 'POST', path: messages, with: raw('"hello"'), status: 400 },
  { what: 'a body that is null', method: 'POST', path: messages, with: raw('null'), status: 400 },
  { what: 'a body that is a list', method: 'POST', path: messages, with: raw('[1]'), status: 400 },
  { what: 'no body at all', method: 'POST', path: messages, status: [400, 415] },
  {
    what: 'bytes that are not UTF-8',
    method: 'POST',
    path: messages,
    with: raw(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])),
    status: 400,
  },
  {
    what: 'a text/plain body',
    method: 'POST',
    path: messages,
    with: raw('{}', { 'content-type': 'text/plain' }),
    status: 415,
  },
  {
    what: 'an XML body',
    method: 'POST',
    path: '/v1/auth/login',
    with: raw('<a/>', { 'content-type': 'application/xml' }),
    status: 415,
  },
  {
    what: 'a broken gzip body',
    method: 'POST',
    path: messages,
    with: raw('{}', { 'content-encoding': 'gzip' }),
    status: [400, 415],
  },
  {
    what: 'two megabytes of text',
    method: 'POST',
    path: messages,
    with: () => message({ body: 'x'.repeat(2_000_000) }),
    status: 413,
  },
  {
    what: 'very deep nesting',
    method: 'POST',
    path: messages,
    with: raw(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    status: [400, 413],
  },

  sending('no clientId', { clientId: undefined }, '/clientId'),
  sending('no body', { body: undefined }, '/body'),
  sending('an unknown field', { colour: 'red' }, '/colour'),
  sending('a field called __proto__', JSON.parse('{"__proto__":{"admin":true}}'), '/__proto__'),
  sending('a number as body', { body: 7 }, '/body'),
  sending('null as body', { body: null }, '/body'),
  sending('a list as body', { body: ['text'] }, '/body'),
  sending('an empty body', { body: '' }, '/body'),
  sending('5,000 characters', { body: 'x'.repeat(5_000) }, '/body'),
  sending('4,097 astral characters', { body: '\u{1F600}'.repeat(4_097) }, '/body'),
  sending('a lone high surrogate', { body: 'a\ud800b' }, '/body'),
  sending('a lone low surrogate', { body: '\udc00' }, '/body'),
  sending('surrogates the wrong way round', { body: '\udc00\ud800' }, '/body'),
  sending('a NUL character', { body: 'a\u0000b' }, '/body'),
  sending('a NUL in its clientId', { clientId: 'a\u0000b' }, '/clientId'),
  sending('an empty clientId', { clientId: '' }, '/clientId'),
  sending('an endless clientId', { clientId: 'x'.repeat(1_000) }, '/clientId'),
  sending('an object as clientId', { clientId: { $ne: null } }, '/clientId'),
  sending('a reply to what is no id', { replyTo: 'the one before' }, '/replyTo'),
  sending('a chatId in the body as well', { chatId: NOBODY }, '/chatId'),

  { what: 'a chat that is no id', method: 'GET', path: '/v1/chats/not-an-id', status: [400, 404] },
  {
    what: 'a chat that is SQL',
    method: 'GET',
    path: `/v1/chats/${encodeURIComponent("' OR 1=1 --")}/messages`,
    status: [400, 404],
  },
  { what: 'a chat that is a NUL', method: 'GET', path: '/v1/chats/%00', status: [400, 404] },
  { what: 'a chat that is broken percent-encoding', method: 'GET', path: '/v1/chats/%zz', status: [400, 404] },
  { what: 'a chat that there is not', method: 'GET', path: `/v1/chats/${NOBODY}`, status: 404 },
  {
    what: 'a message to a chat that there is not',
    method: 'POST',
    path: `/v1/chats/${NOBODY}/messages`,
    with: message({}),
    status: 404,
  },
  { what: 'a user that is no id', method: 'GET', path: '/v1/users/me2/presence', status: [400, 404] },
  { what: 'a session that is no id', method: 'DELETE', path: '/v1/auth/sessions/none', status: [400, 404] },
  { what: 'a method that there is not', method: 'PUT', path: '/v1/chats', with: { body: {} }, status: [404, 405] },

  ...['before=-1', 'before=1.5', 'before=9007199254740993', 'before=1e400', 'before=abc', 'before='].map(query =>
    paging(query, '/before'),
  ),
  ...['after=-1', 'after=0.5', 'after=99999999999999999999', 'after=NaN'].map(query => paging(query, '/after')),
  ...['limit=0', 'limit=201', 'limit=-5', 'limit=2.5', 'limit=all'].map(query => paging(query, '/limit')),
  paging('limit=5&limit=6', '/limit'),
  paging('colour=red', '/colour'),
  ...[-1, 1.5, 2 ** 53, 1e300, '3', null, [1]].map(reading),

  creating('no type', { memberIds: [NOBODY] }, '/type'),
  creating('an unknown type', { type: 'channel', memberIds: [NOBODY] }, '/type'),
  creating('no members', { type: 'group', title: 'x' }, '/memberIds'),
  creating('members that are no list', { type: 'group', title: 'x', memberIds: NOBODY }, '/memberIds'),
  creating('a member that is no id', { type: 'group', title: 'x', memberIds: ['ben'] }, '/memberIds/0'),
  creating('a member that there is not', { type: 'direct', memberIds: [NOBODY] }, '/memberIds/0', [400, 404]),
  creating('1,001 members', { type: 'group', title: 'x', memberIds: ids(1_001) }, '/memberIds'),
  {
    what: 'a chat with 10,000 members',
    method: 'POST',
    path: '/v1/chats',
    with: { body: { type: 'group', title: 'x', memberIds: ids(10_000) } },
    status: [400, 413],
  },
  creating('a title of 5,000 characters', { type: 'group', title: 'x'.repeat(5_000), memberIds: [NOBODY] }, '/title'),
  creating('a NUL in its title', { type: 'group', title: '\u0000', memberIds: [NOBODY] }, '/title'),
  {
    what: 'a role that there is not',
    method: 'PUT',
    path: scene => `${members(scene)}/${scene.ben.id}/role`,
    with: { body: { role: 'owner' } },
    status: 400,
    field: '/role',
  },
  {
    what: 'a member that is no id',
    method: 'POST',
    path: members,
    with: { body: { userId: 'ben' } },
    status: 400,
    field: '/userId',
  },
  {
    what: 'a title that is a number',
    method: 'PATCH',
    path: at(''),
    with: { body: { title: 7 } },
    status: 400,
    field: '/title',
  },
  {
    what: 'chats with a cursor that nobody gave out',
    method: 'GET',
    path: '/v1/chats?cursor=%F0%9F%98%80',
    status: 400,
    field: '/cursor',
  },
  { what: 'chats with no such limit', method: 'GET', path: '/v1/chats?limit=100000', status: 400, field: '/limit' },

  {
    what: 'a sync without cursors',
    method: 'POST',
    path: '/v1/sync',
    with: { body: {} },
    status: 400,
    field: '/cursors',
  },
  {
    what: 'a sync with a list of cursors',
    method: 'POST',
    path: '/v1/sync',
    with: { body: { cursors: [1] } },
    status: 400,
    field: '/cursors',
  },
  {
    what: 'a sync from a negative seq',
    method: 'POST',
    path: '/v1/sync',
    with: { body: { cursors: { [NOBODY]: -1 } } },
    status: 400,
    field: `/cursors/${NOBODY}`,
  },
  {
    what: 'a sync from past 2^53',
    method: 'POST',
    path: '/v1/sync',
    with: { body: { cursors: { [NOBODY]: 2 ** 53 } } },
    status: 400,
    field: `/cursors/${NOBODY}`,
  },
  {
    what: 'a sync with no such limit',
    method: 'POST',
    path: '/v1/sync',
    with: { body: { cursors: {}, limit: 0 } },
    status: 400,
    field: '/limit',
  },

  registering('no e-mail address', { email: undefined }, '/email'),
  registering('something else as e-mail address', { email: 'ann' }, '/email'),
  registering('a NUL in the e-mail address', { email: 'a\u0000@example.org' }, '/email'),
  registering('no password', { password: undefined }, '/password'),
  registering('a short password', { password: '1234' }, '/password'),
  registering('a password of a megabyte', { password: 'x'.repeat(100_000) }, '/password'),
  registering('a list as password', { password: [PASSWORD] }, '/password'),
  registering('a user name with blanks', { username: 'a b c d' }, '/username'),
  registering('a lone surrogate as display name', { displayName: '\ud83d' }, '/displayName'),
  registering('the wish to be an admin', { admin: true }, '/admin'),
  {
    what: 'signing in with an object',
    method: 'POST',
    path: '/v1/auth/login',
    with: { body: { email: { $gt: '' }, password: PASSWORD } },
    status: 400,
    field: '/email',
  },
  {
    what: 'a refresh with a number',
    method: 'POST',
    path: '/v1/auth/refresh',
    with: { body: { refreshToken: 7 } },
    status: 400,
    field: '/refreshToken',
  },
  {
    what: 'a refresh with garbage',
    method: 'POST',
    path: '/v1/auth/refresh',
    with: { body: { refreshToken: 'garbage' } },
    status: 401,
  },
  {
    what: 'changing one’s e-mail address',
    method: 'PATCH',
    path: '/v1/users/me',
    with: { body: { email: 'x@example.org' } },
    status: 400,
    field: '/email',
  },
  { what: 'a search without query', method: 'GET', path: '/v1/users', status: 400, field: '/query' },
  { what: 'a search for a NUL', method: 'GET', path: '/v1/users?query=%00', status: 400, field: '/query' },
];
