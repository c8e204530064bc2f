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
const BOLD = { type: 'bold', offset: 0, length: 2 };
const bolds = (count: number) => Array.from({ length: count }, (_, offset) => ({ type: 'bold', offset, length: 1 }));
const forwarding = (what: string, change: object, status: number, field: string): Attempt => ({
  what: `a forward of ${what}`,
  method: 'POST',
  path: messages,
  with: ({ chat }) => message({ body: undefined, forward: { chatId: chat.id, seq: 1, ...change } }),
  status,
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
const owning = (what: string, body: object, field: string): Attempt => ({
  what: `an own state of ${what}`,
  method: 'PATCH',
  path: at('/me'),
  with: { body },
  status: 400,
  field,
});
const creating = (what: string, body: object, field: string, status: Attempt['status'] = 400): Attempt => ({
  what: `a chat with ${what}`,
  method: 'POST',
  path: '/v1/chats',
  with: { body },
  status,
  field,
});

const TIME = '2026-01-02T03:04:05.678Z';
const ids = (count: number) => Array.from({ length: count }, () => randomUUID());

const attempt = (
  what: string,
  method: string,
  path: Attempt['path'],
  status: Attempt['status'],
  options: Attempt['with'] = {},
  field?: string,
): Attempt => ({ what, method, path, with: options, status, ...(field && { field }) });

export const ATTEMPTS: readonly Attempt[] = [
  attempt('malformed JSON', 'POST', messages, 400, raw('{"body":')),
  attempt('a body that is text', 'POST', messages, 400, raw('"hello"')),
  attempt('a body that is null', 'POST', messages, 400, raw('null')),
  attempt('a body that is a list', 'POST', messages, 400, raw('[1]')),
  attempt('no body at all', 'POST', messages, [400, 415]),
  attempt('bytes that are not UTF-8', 'POST', messages, 400, raw(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))),
  attempt('a text/plain body', 'POST', messages, 415, raw('{}', { 'content-type': 'text/plain' })),
  attempt('an XML body', 'POST', '/v1/auth/login', 415, raw('<a/>', { 'content-type': 'application/xml' })),
  attempt('a broken gzip body', 'POST', messages, [400, 415], raw('{}', { 'content-encoding': 'gzip' })),
  attempt('two megabytes of text', 'POST', messages, 413, () => message({ body: 'x'.repeat(2_000_000) })),
  attempt('very deep nesting', 'POST', messages, [400, 413], raw(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)),

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

  sending('an entity of no type', { entities: [{ offset: 0, length: 1 }] }, '/entities/0/type'),
  sending('an entity of an unknown type', { entities: [{ ...BOLD, type: 'blink' }] }, '/entities/0/type'),
  sending('an entity before the body', { entities: [{ ...BOLD, offset: -1 }] }, '/entities/0/offset'),
  sending('an entity after the body', { entities: [{ ...BOLD, offset: 4 }] }, '/entities/0/offset'),
  sending('an entity longer than the body', { entities: [{ ...BOLD, length: 5 }] }, '/entities/0/length'),
  sending('an entity of nothing', { entities: [{ ...BOLD, length: 0 }] }, '/entities/0/length'),
  sending(
    'entities that overlap',
    { entities: [BOLD, { type: 'italic', offset: 1, length: 3 }] },
    '/entities/1/length',
  ),
  sending('entities out of order', { entities: [{ ...BOLD, offset: 2 }, BOLD] }, '/entities/1/offset'),
  sending('half a character in bold', { body: '\u{1F600}!', entities: [{ ...BOLD, length: 1 }] }, '/entities/0/length'),
  sending(
    'a link to a script',
    { entities: [{ ...BOLD, type: 'link', url: 'javascript:alert(1)' }] },
    '/entities/0/url',
  ),
  sending('a bold address', { entities: [{ ...BOLD, url: 'https://example.org' }] }, '/entities/0/url'),
  sending(
    'a mention of what is no id',
    { entities: [{ ...BOLD, type: 'mention', userId: 'ben' }] },
    '/entities/0/userId',
  ),
  sending('an entity with an unknown field', { entities: [{ ...BOLD, colour: 'red' }] }, '/entities/0/colour'),
  sending('101 entities', { body: 'x'.repeat(101), entities: bolds(101) }, '/entities'),
  sending('an object as entities', { entities: { 0: BOLD } }, '/entities'),
  sending('a body and a forward', { forward: { chatId: NOBODY, seq: 1 } }, '/body'),
  forwarding('seq 0', { seq: 0 }, 400, '/forward/seq'),
  forwarding('no seq', { seq: undefined }, 400, '/forward/seq'),
  forwarding('what is no id', { chatId: 'there' }, 400, '/forward/chatId'),
  forwarding('a seq that there is not', { seq: 99 }, 404, '/forward/seq'),
  forwarding('a chat that there is not', { chatId: NOBODY }, 404, '/forward/seq'),

  attempt('a chat that is no id', 'GET', '/v1/chats/not-an-id', [400, 404]),
  attempt('a chat that is SQL', 'GET', `/v1/chats/${encodeURIComponent("' OR 1=1 --")}/messages`, [400, 404]),
  attempt('a chat that is a NUL', 'GET', '/v1/chats/%00', [400, 404]),
  attempt('a chat that is broken percent-encoding', 'GET', '/v1/chats/%zz', [400, 404]),
  attempt('a chat that there is not', 'GET', `/v1/chats/${NOBODY}`, 404),
  attempt('a message to a chat that there is not', 'POST', `/v1/chats/${NOBODY}/messages`, 404, message({})),
  attempt('a user that is no id', 'GET', '/v1/users/me2/presence', [400, 404]),
  attempt('a session that is no id', 'DELETE', '/v1/auth/sessions/none', [400, 404]),
  attempt('a method that there is not', 'PUT', '/v1/chats', [404, 405], { body: {} }),

  ...['before=-1', 'before=1.5', 'before=9007199254740993', 'before=1e400', 'before=abc', 'before='].map(query =>
    paging(query, '/before'),
  ),
  ...['after=-1', 'after=0.5', 'after=99999999999999999999', 'after=NaN'].map(query => paging(query, '/after')),
  ...['limit=0', 'limit=201', 'limit=-5', 'limit=2.5', 'limit=all'].map(query => paging(query, '/limit')),
  paging('limit=5&limit=6', '/limit'),
  paging('colour=red', '/colour'),
  ...[-1, 1.5, 2 ** 53, 1e300, '3', null, [1]].map(reading),

  owning('nothing', {}, ''),
  owning('an unknown field', { colour: 'red' }, '/colour'),
  owning('a mute for ever', { mutedUntil: 'for ever' }, '/mutedUntil'),
  owning('a mute until no time', { mutedUntil: '2026-13-01T00:00:00.000Z' }, '/mutedUntil'),
  owning('another way to notify', { notify: 'some' }, '/notify'),
  owning('a pin that is a number', { pinned: 1 }, '/pinned'),
  owning('a draft of no time', { draft: { body: 'text' } }, '/draft/at'),
  owning('a draft of next year', { draft: { body: 'text', at: '2999-01-01T00:00:00.000Z' } }, '/draft/at'),
  owning('4,097 astral characters', { draft: { body: '\u{1F600}'.repeat(4_097), at: TIME } }, '/draft/body'),
  owning('a lone surrogate', { draft: { body: '\ud83d', at: TIME } }, '/draft/body'),
  owning('a draft with a colour', { draft: { body: 'text', at: TIME, colour: 'red' } }, '/draft/colour'),
  owning('a draft that answers what is no id', { draft: { body: 'text', at: TIME, replyTo: 'it' } }, '/draft/replyTo'),
  ...['upTo=0', 'upTo=-1', 'upTo=1.5', 'upTo=all', 'upTo=9007199254740993', 'colour=red'].map(query =>
    attempt(`hiding a history with ${query}`, 'DELETE', at(`/history?${query}`), 400, {}, `/${query.split('=')[0]}`),
  ),
  attempt('hiding a history of unknown length', 'DELETE', at('/history'), 400, {}, '/upTo'),
  sending('a draft of no time', { draftAt: 'soon' }, '/draftAt'),
  sending('a draft of next year', { draftAt: '2999-01-01T00:00:00.000Z' }, '/draftAt'),

  creating('no type', { memberIds: [NOBODY] }, '/type'),
  creating('an unknown type', { type: 'channel', memberIds: [NOBODY] }, '/type'),
  creating('no members', { type: 'group', title: 'x' }, '/memberIds'),
  creating('members that are no list', { type: 'group', title: 'x', memberIds: NOBODY }, '/memberIds'),
  creating('a member that is no id', { type: 'group', title: 'x', memberIds: ['ben'] }, '/memberIds/0'),
  creating('a member that there is not', { type: 'direct', memberIds: [NOBODY] }, '/memberIds/0', [400, 404]),
  creating('1,001 members', { type: 'group', title: 'x', memberIds: ids(1_001) }, '/memberIds'),
  attempt('a chat with 10,000 members', 'POST', '/v1/chats', [400, 413], {
    body: { type: 'group', title: 'x', memberIds: ids(10_000) },
  }),
  creating('a title of 5,000 characters', { type: 'group', title: 'x'.repeat(5_000), memberIds: [NOBODY] }, '/title'),
  creating('a NUL in its title', { type: 'group', title: '\u0000', memberIds: [NOBODY] }, '/title'),
  attempt(
    'a role that there is not',
    'PUT',
    scene => `${members(scene)}/${scene.ben.id}/role`,
    400,
    { body: { role: 'owner' } },
    '/role',
  ),
  attempt('a member that is no id', 'POST', members, 400, { body: { userId: 'ben' } }, '/userId'),
  attempt('a title that is a number', 'PATCH', at(''), 400, { body: { title: 7 } }, '/title'),
  attempt('chats with a cursor that nobody gave out', 'GET', '/v1/chats?cursor=%F0%9F%98%80', 400, {}, '/cursor'),
  attempt('chats with no such limit', 'GET', '/v1/chats?limit=100000', 400, {}, '/limit'),

  attempt('a sync without cursors', 'POST', '/v1/sync', 400, { body: {} }, '/cursors'),
  attempt('a sync with a list of cursors', 'POST', '/v1/sync', 400, { body: { cursors: [1] } }, '/cursors'),
  attempt(
    'a sync from a negative seq',
    'POST',
    '/v1/sync',
    400,
    { body: { cursors: { [NOBODY]: -1 } } },
    `/cursors/${NOBODY}`,
  ),
  attempt(
    'a sync from past 2^53',
    'POST',
    '/v1/sync',
    400,
    { body: { cursors: { [NOBODY]: 2 ** 53 } } },
    `/cursors/${NOBODY}`,
  ),
  attempt('a sync from a negative note', 'POST', '/v1/sync', 400, { body: { cursors: {}, me: -1 } }, '/me'),
  attempt('a sync with no such limit', 'POST', '/v1/sync', 400, { body: { cursors: {}, limit: 0 } }, '/limit'),

  registering('no e-mail address', { email: undefined }, '/email'),
  registering('something else as e-mail address', { email: 'ann' }, '/email'),
  registering('a NUL in the e-mail address', { email: 'a\u0000@example.org' }, '/email'),
  registering('no password', { password: undefined }, '/password'),
  registering('a short password', { password: '1234' }, '/password'),
  registering('a password of 10,000 characters', { password: 'x'.repeat(10_000) }, '/password'),
  registering('a list as password', { password: [PASSWORD] }, '/password'),
  registering('a user name with blanks', { username: 'a b c d' }, '/username'),
  registering('a lone surrogate as display name', { displayName: '\ud83d' }, '/displayName'),
  registering('the wish to be an admin', { admin: true }, '/admin'),
  attempt(
    'signing in with an object',
    'POST',
    '/v1/auth/login',
    400,
    { body: { email: { $gt: '' }, password: PASSWORD } },
    '/email',
  ),
  attempt('a refresh with a number', 'POST', '/v1/auth/refresh', 400, { body: { refreshToken: 7 } }, '/refreshToken'),
  attempt('a refresh with garbage', 'POST', '/v1/auth/refresh', 401, { body: { refreshToken: 'garbage' } }),
  attempt(
    'changing one’s e-mail address',
    'PATCH',
    '/v1/users/me',
    400,
    { body: { email: 'x@example.org' } },
    '/email',
  ),
  attempt('a search without query', 'GET', '/v1/users', 400, {}, '/query'),
  attempt('names of what is no id', 'GET', '/v1/users?ids=ann', 400, {}, '/ids'),
  attempt('names of nobody', 'GET', '/v1/users?ids=', 400, {}, '/ids'),
  attempt('names of 501 people', 'GET', `/v1/users?ids=${new Array(501).fill(NOBODY).join()}`, 400, {}, '/ids'),
  attempt('a search by name and by id', 'GET', `/v1/users?query=ann&ids=${NOBODY}`, 400, {}, '/ids'),
  attempt('a search for a NUL', 'GET', '/v1/users?query=%00', 400, {}, '/query'),
];
