/** A good request for every route of the gateway, and for what every image answers. */
import { asSender } from '#support/deployment.js';
import { PASSWORD } from '#support/people.js';
import type { Choices } from './choices.js';
import { eventFor, TYPES } from './events.js';
import type { Json } from './mutate.js';
import type { Random } from './random.js';
import { conditionOf, metadataOf, numberOf, rangeOf, tusHeaders } from './tus-parts.js';

export interface Draft {
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

export interface Route {
  /** As the image's table has it. */
  readonly name: string;
  readonly method: string;
  /** How often it is chosen; what costs the server a password hash or lasting state is chosen rarely. */
  readonly weight: number;
  /** Needs a token that authenticates. */
  readonly guarded: boolean;
  /** Answers other people's names by design. */
  readonly namesPeople?: boolean;
  draft(choices: Choices, random: Random): Draft;
}

const at = (
  name: string,
  draft: Route['draft'],
  { weight = 4, guarded = true, ...more }: Partial<Pick<Route, 'weight' | 'guarded' | 'namesPeople'>> = {},
): Route => ({ name, method: name.slice(0, name.indexOf(' ')), weight, guarded, ...more, draft });

const open = { guarded: false } as const;
const CE = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/fuzz' };

const account = ({ clientId, text }: Choices): Json => {
  const name = `fuzz_${clientId()}`;
  return { email: `${name}@example.org`, password: PASSWORD, username: name.slice(0, 32), displayName: text() };
};

/** Now and then without what senders must bring. */
const cloudEvent = (choices: Choices, random: Random): Draft => {
  const { headers, ...draft } = unsigned(choices, random);
  return { ...draft, headers: { ...(random.chance(0.9) && asSender), ...headers } };
};

const unsigned = (choices: Choices, random: Random): Draft => {
  const event = () => eventFor(random.pick(TYPES), choices);
  if (random.chance(0.3)) {
    const { type, data } = event();
    return { path: '/', headers: { ...CE, 'ce-type': type, 'content-type': 'application/json' }, body: data };
  }
  if (random.chance(0.6)) {
    return { path: '/', headers: { 'content-type': 'application/cloudevents+json' }, body: event() as unknown as Json };
  }
  const body = Array.from({ length: 1 + random.int(5) }, event) as unknown as Json;
  return { path: '/', headers: { 'content-type': 'application/cloudevents-batch+json' }, body };
};

const maybe = (random: Random, pairs: readonly (readonly [string, string])[]) => pairs.filter(() => random.chance(0.6));

const POLLING = [
  ['EIO', '4'],
  ['transport', 'polling'],
] as const;
const LIKE = encodeURIComponent('👍');
const messageAt = (c: Choices): string => `/v1/chats/${c.chatId()}/messages/${c.seq()}`;
const PLAIN = { 'content-type': 'text/plain;charset=UTF-8' };

const TUS = { 'tus-resumable': '1.0.0' };
const OFFSET_STREAM = 'application/offset+octet-stream';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const ROUTES: readonly Route[] = [
  at('POST /v1/auth/register', c => ({ path: '/v1/auth/register', body: account(c) }), { ...open, weight: 0.2 }),
  at(
    'POST /v1/auth/login',
    ({ actor, text }) => ({ path: '/v1/auth/login', body: { email: actor.email, password: PASSWORD, device: text() } }),
    { ...open, weight: 0.15 },
  ),
  at(
    'POST /v1/auth/refresh',
    ({ actor }) => ({ path: '/v1/auth/refresh', body: { refreshToken: actor.refreshToken } }),
    { ...open, weight: 0.2 },
  ),
  at('POST /v1/auth/logout', () => ({ path: '/v1/auth/logout' }), { weight: 0.02 }),
  at('GET /v1/auth/sessions', () => ({ path: '/v1/auth/sessions' }), { weight: 1 }),
  at('DELETE /v1/auth/sessions/:sessionId', c => ({ path: `/v1/auth/sessions/${c.sessionId()}` }), { weight: 0.5 }),
  at('GET /.well-known/jwks.json', () => ({ path: '/.well-known/jwks.json' }), open),

  at('GET /v1/users/me', () => ({ path: '/v1/users/me' })),
  at('PATCH /v1/users/me', c => ({ path: '/v1/users/me', body: { displayName: c.text() } }), { weight: 2 }),
  at(
    'GET /v1/users',
    (_, random) => ({ path: '/v1/users', query: [['query', random.pick(['fuzz', 'a', '@example.org', 'zqx'])]] }),
    { weight: 2, namesPeople: true },
  ),
  at('GET /v1/users/:userId/presence', c => ({ path: `/v1/users/${c.userId()}/presence` })),

  at(
    'POST /v1/chats',
    (c, random) => ({
      path: '/v1/chats',
      body: random.chance(0.5)
        ? { type: 'direct', memberIds: [c.userId()] }
        : { type: 'group', memberIds: [c.userId()], title: c.text() },
    }),
    { weight: 0.5 },
  ),
  at('GET /v1/chats', (_, random) => ({
    path: '/v1/chats',
    query: maybe(random, [
      ['limit', '5'],
      ['cursor', '2026-01-01T00:00:00.000Z_00000000-0000-7000-8000-000000000000'],
    ]),
  })),
  at('GET /v1/chats/:chatId', c => ({ path: `/v1/chats/${c.chatId()}` })),
  at('PATCH /v1/chats/:chatId', c => ({ path: `/v1/chats/${c.chatId()}`, body: { title: c.text() } }), { weight: 1 }),
  at('POST /v1/chats/:chatId/members', c => ({
    path: `/v1/chats/${c.chatId()}/members`,
    body: { userId: c.userId() },
  })),
  at('DELETE /v1/chats/:chatId/members/:userId', c => ({ path: `/v1/chats/${c.chatId()}/members/${c.userId()}` }), {
    weight: 0.5,
  }),
  at(
    'PUT /v1/chats/:chatId/members/:userId/role',
    c => ({ path: `/v1/chats/${c.chatId()}/members/${c.userId()}/role`, body: { role: 'member' } }),
    { weight: 1 },
  ),

  at(
    'POST /v1/chats/:chatId/messages',
    (c, random) => ({
      path: `/v1/chats/${c.chatId()}/messages`,
      body: { clientId: c.clientId(), body: c.text(), ...(random.chance(0.3) && { replyTo: c.messageId() }) },
    }),
    { weight: 8 },
  ),
  at('GET /v1/chats/:chatId/messages', (c, random) => ({
    path: `/v1/chats/${c.chatId()}/messages`,
    query: [['limit', '3'], ...maybe(random, [[random.pick(['before', 'after']), `${c.seq()}`]])],
  })),
  at('PATCH /v1/chats/:chatId/me', (c, random) => ({
    path: `/v1/chats/${c.chatId()}/me`,
    body: {
      ...(random.chance(0.5) && { draft: { body: c.text(), replyTo: c.messageId(), at: c.time() } }),
      ...(random.chance(0.3) && { mutedUntil: c.time(), notify: random.pick(['all', 'mentions', 'none']) }),
      ...(random.chance(0.3) && { archived: random.chance(0.5), pinned: random.chance(0.5) }),
    },
  })),
  at(
    'DELETE /v1/chats/:chatId/history',
    c => ({
      path: `/v1/chats/${c.chatId()}/history`,
      query: [['upTo', `${c.seq()}`]],
    }),
    { weight: 0.2 },
  ),
  at('PATCH /v1/chats/:chatId/messages/:seq', c => ({
    path: messageAt(c),
    body: { clientId: c.clientId(), body: c.text(), entities: [{ type: 'bold', offset: 0, length: 1 }] },
  })),
  at(
    'DELETE /v1/chats/:chatId/messages/:seq',
    (c, random) => ({
      path: messageAt(c),
      query: [['scope', random.pick(['me', 'all'])]],
    }),
    { weight: 0.5 },
  ),
  at('GET /v1/chats/:chatId/messages/:seq/versions', c => ({ path: `${messageAt(c)}/versions` })),
  at('GET /v1/chats/:chatId/messages/:seq/reactions', c => ({ path: `${messageAt(c)}/reactions` })),
  at('PUT /v1/chats/:chatId/messages/:seq/reactions/:emoji', c => ({ path: `${messageAt(c)}/reactions/${LIKE}` })),
  at('DELETE /v1/chats/:chatId/messages/:seq/reactions/:emoji', c => ({ path: `${messageAt(c)}/reactions/${LIKE}` })),
  at('PUT /v1/chats/:chatId/messages/:seq/pin', c => ({ path: `${messageAt(c)}/pin` })),
  at('DELETE /v1/chats/:chatId/messages/:seq/pin', c => ({ path: `${messageAt(c)}/pin` })),
  at('GET /v1/chats/:chatId/pins', c => ({ path: `/v1/chats/${c.chatId()}/pins` })),
  at('POST /v1/chats/:chatId/read', c => ({ path: `/v1/chats/${c.chatId()}/read`, body: { seq: c.seq() } })),
  at(
    'POST /v1/sync',
    c => ({ path: '/v1/sync', body: { cursors: { [c.chatId()]: { seq: c.seq(), change: 0 } }, limit: 2, me: 0 } }),
    {
      weight: 2,
    },
  ),

  at('OPTIONS /v1/uploads', () => ({ path: '/v1/uploads', headers: TUS }), open),
  at(
    'POST /v1/uploads',
    (c, random) => ({
      path: '/v1/uploads',
      headers: {
        ...tusHeaders(random),
        [random.chance(0.8) ? 'upload-length' : 'upload-defer-length']: numberOf(random),
        'upload-metadata': metadataOf(c, random),
        ...(random.chance(0.5) && { 'content-type': OFFSET_STREAM }),
      },
      ...(random.chance(0.3) && { body: c.text() }),
    }),
    { weight: 2 },
  ),
  at(
    'HEAD /v1/uploads/:mediaId',
    (c, random) => ({ path: `/v1/uploads/${c.mediaId()}`, headers: tusHeaders(random) }),
    {
      weight: 1,
    },
  ),
  at('PATCH /v1/uploads/:mediaId', (c, random) => ({
    path: `/v1/uploads/${c.mediaId()}`,
    headers: { ...tusHeaders(random), 'content-type': OFFSET_STREAM, 'upload-offset': numberOf(random) },
    body: c.text(),
  })),
  at('GET /v1/media/:mediaId', (c, random) => ({
    path: `/v1/media/${c.mediaId()}`,
    headers: { range: rangeOf(random), ...conditionOf(random) },
  })),
  at('GET /v1/media/:mediaId/thumb', c => ({ path: `/v1/media/${c.mediaId()}/thumb` }), { weight: 0.5 }),
  at('GET /v1/media/:mediaId/link', c => ({ path: `/v1/media/${c.mediaId()}/link` }), { weight: 0.5 }),
  at('GET /v1/media/links/:token', c => ({ path: `/v1/media/links/${base64(c.clientId())}` }), { ...open, weight: 1 }),
  at(
    'DELETE /v1/uploads/:mediaId',
    (c, random) => ({ path: `/v1/uploads/${c.mediaId()}`, headers: tusHeaders(random) }),
    {
      weight: 0.1,
    },
  ),

  at('POST /', cloudEvent, { ...open, weight: 6 }),
  at('GET /', () => ({ path: '/' }), open),
  at('GET /health', () => ({ path: '/health' }), open),
  at('GET /health/readiness', () => ({ path: '/health/readiness' }), open),
  at('GET /health/liveness', () => ({ path: '/health/liveness' }), open),
  at('GET /metrics', () => ({ path: '/metrics' }), { ...open, weight: 0.2 }),
  at('POST /socket.io/', () => ({ path: '/socket.io/', query: POLLING, headers: PLAIN, body: '40' }), open),
  at('GET /socket.io/', () => ({ path: '/socket.io/', query: [...POLLING, ['sid', 'x']] }), open),
];
