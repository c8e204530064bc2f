/** What every port of the product may answer, or fail with, given the arguments of the call. */
import fc from 'fast-check';
import type { Receipt } from '#functions/domain/model.js';
import type { Ports } from '#functions/ports/index.js';
import type { AppendRefusal } from '#functions/ports/messages.js';
import { Failure } from '#runtime/contract/failure.js';
import { uuid } from '#runtime/testing/context.js';
import {
  aChat,
  aChatType,
  aCount,
  aMessage,
  aMoment,
  anEmoji,
  anId,
  anOwnState,
  anUpload,
  aPerson,
  aProfile,
  aRole,
  aSeq,
  aSession,
  aTime,
  aWord,
  LINKING,
  some,
  someMedia,
} from './models.js';

// biome-ignore lint/suspicious/noExplicitAny: stands for a method of any parameters
type Method = (...args: any[]) => unknown;

/** By port and method. */
type Answers = {
  readonly [P in keyof Ports]: {
    readonly [M in keyof Ports[P]]: Ports[P][M] extends Method
      ? (...args: Parameters<Ports[P][M]>) => fc.Arbitrary<Awaited<ReturnType<Ports[P][M]>> | Failure>
      : never;
  };
};

const APPEND_REFUSALS: readonly AppendRefusal[] = [
  'no-chat',
  'never-a-member',
  'no-source',
  'no-forwards',
  'source-deleted',
  'no-media',
  'media-unfinished',
];

const aMediaState = fc.constantFrom(
  'uploading' as const,
  'uploaded' as const,
  'ready' as const,
  'refused' as const,
  'gone' as const,
);
const aMediaKind = fc.constantFrom('photo' as const, 'voice' as const, 'file' as const);
const nothing = fc.constant(undefined);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const taken = (path: string) =>
  fc.constant(new Failure('conflict', 'already taken', { errors: [{ path, message: 'is taken' }] }));
const anyOf = (ids: readonly string[]) => fc.subarray([...ids]);
const aRefusal = fc.record({
  code: fc.constantFrom('invalid' as const, 'not_found' as const, 'forbidden' as const, 'conflict' as const),
  why: aWord,
});
const aRawResponse = fc.record({ status: fc.constantFrom(201, 204, 460), headers: fc.constant({ a: 'b' }) });
const moved = (marks: readonly Omit<Receipt, 'at'>[]) => fc.subarray([...marks]);
const each = <T, R>(items: readonly T[], answer: (item: T, index: number) => fc.Arbitrary<R>): fc.Arbitrary<R[]> =>
  fc.tuple(...items.map(answer));

const anyOwn = (members: Parameters<Ports['ownState']['of']>[0]) =>
  fc
    .subarray([...members])
    .chain(found =>
      each(found, ({ chatId, userId }) => anOwnState.map(state => ({ userId, state: { ...state, chatId } }))),
    );

export const answers: Answers = {
  users: {
    create: user =>
      fc.oneof(
        aProfile.map(profile => ({ ...profile, id: user.id })),
        taken('/email'),
        taken('/username'),
      ),
    createFirst: user => maybe(aProfile.map(profile => ({ ...profile, id: user.id }))),
    isEmpty: () => fc.boolean(),
    rehash: () => nothing,
    credentials: () => maybe(fc.record({ profile: aProfile, passwordHash: aWord })),
    profile: () => maybe(aProfile),
    update: () => fc.oneof(maybe(aProfile), taken('/username')),
    search: () => some(aPerson),
    named: (_, ids) => anyOf(ids).chain(found => each(found, id => aPerson.map(person => ({ ...person, id })))),
    existing: anyOf,
    lastSeen: ids =>
      anyOf(ids)
        .chain(seen => each(seen, id => fc.tuple(fc.constant(id), aTime)))
        .map(pairs => new Map(pairs)),
    setLastSeen: () => nothing,
  },
  sessions: {
    create: () => nothing,
    rotate: () =>
      fc.oneof(
        fc.record({
          result: fc.constantFrom('rotated' as const, 'reused' as const),
          sessionId: anId,
          userId: anId,
        }),
        fc.constant({ result: 'unknown' as const }),
      ),
    active: () => fc.boolean(),
    knownIn: () => fc.boolean(),
    knownOn: () => fc.boolean(),
    list: () => some(aSession),
    revoke: () => fc.boolean(),
  },
  chats: {
    create: () => fc.record({ chat: aChat, existed: fc.boolean() }),
    view: () => maybe(aChat),
    list: () => some(fc.record({ chat: aChat, activeAt: aTime })),
    readersOf: () =>
      some(fc.record({ userIds: some(anId), unread: aSeq, mentions: aSeq, lastMessage: fc.option(aMessage) })),
    update: () => fc.boolean(),
    idsOf: () => some(anId),
    presenceIdsOf: () => some(anId),
    direct: () => maybe(anId),
  },
  members: {
    standing: () =>
      maybe(
        fc.record({
          type: aChatType,
          standing: fc.oneof(aRole, fc.constantFrom('former' as const, 'outsider' as const)),
        }),
      ),
    mentionable: asked =>
      each(asked, ({ names }) => fc.subarray([...names]).map(known => new Map(known.map(name => [name, uuid(1)])))),
    sharing: (_, others) => anyOf(others),
    visible: (_, others) => anyOf(others),
    strangers: (_, others) => anyOf(others),
    add: () => fc.constantFrom('added', 'already', 'left', 'full', 'no-user', 'not-a-group'),
    remove: () => fc.record({ removed: fc.boolean(), newOwner: anId }, { requiredKeys: ['removed'] }),
    setRole: () => fc.boolean(),
    markRead: moved,
    markDelivered: moved,
  },
  messages: {
    append: messages =>
      each(messages, ({ draftAt: _, forward, mediaIds: _ids, ...message }, n) =>
        fc.constantFrom(
          { ...message, seq: n + 1, rev: 0, reactions: [] },
          ...APPEND_REFUSALS.map(refused => ({ refused })),
        ),
      ),
    // The one that is asked for, now and then.
    page: (chatId, _userId, { after = 0 }) =>
      fc.oneof(
        maybe(some(aMessage)),
        aMessage.map(({ preview: _, ...message }) => [{ ...message, ...LINKING, chatId, seq: after + 1 }]),
      ),
    sync: () =>
      fc.record({
        chats: some(
          fc.record({
            chatId: anId,
            messages: some(aMessage),
            changed: some(aMessage),
            firstSeq: aCount,
            lastChange: aSeq,
            changeUpto: aSeq,
            lastSeq: aSeq,
            readSeqs: fc.dictionary(anId, aSeq, { maxKeys: 3, noNullPrototype: true }),
            more: fc.boolean(),
          }),
        ),
        unknown: some(anId),
      }),
  },
  ownState: {
    update: (_, chatId) => maybe(anOwnState.map(state => ({ ...state, chatId }))),
    hide: (_, chatId, { from, to }) =>
      fc.oneof(
        maybe(anOwnState.map(state => ({ ...state, chatId, hidden: [{ from, to }] }))),
        fc.constantFrom('unknown' as const, 'full' as const),
      ),
    of: members => anyOwn(members),
    since: () => fc.record({ note: aSeq, chats: some(anOwnState), more: fc.boolean() }),
  },
  changes: {
    apply: changes =>
      each(changes, () =>
        fc.oneof(
          fc.record({ message: aMessage, change: aSeq }),
          fc.record({ message: aMessage, change: fc.constant(0), refused: aRefusal }),
          fc.record({ change: fc.constant(0), refused: aRefusal }),
        ),
      ),
    reactors: (_, _viewerId, { limit }) =>
      maybe(fc.array(fc.record({ userId: anId, emoji: anEmoji, at: aTime }), { maxLength: Math.min(limit, 4) })),
    versions: () => maybe(some(fc.record({ body: aWord, at: aTime }))),
    pins: () => maybe(some(aMessage)),
  },
  approaches: {
    take: userIds => anyOf(userIds).chain(refused => each(refused, userId => aTime.map(until => ({ userId, until })))),
  },
  accessChanges: {
    due: () =>
      some(
        fc.oneof(
          fc.record({ id: aCount, userId: anId, sessionId: fc.constant(null) }),
          fc.record({ id: aCount, userId: fc.constant(null), sessionId: anId }),
        ),
      ),
    done: () => nothing,
  },
  pages: {
    html: () => maybe(fc.constantFrom('<title>a page</title>', '<p>no title')),
  },
  mediaReads: { readable: () => maybe(someMedia) },
  mediaSweep: {
    lapse: () => aSeq,
    lapseAfter: () => maybe(anId),
    release: () => aSeq,
    drop: () => nothing,
    dropUnknown: () => nothing,
    dropped: () => some(aWord),
    removed: () => nothing,
    ended: () => some(anId),
    forget: () => nothing,
    known: () => some(fc.record({ name: aWord, sha256: aWord, storedAt: aMoment, isUsed: fc.boolean() })),
    withoutUpload: ids => anyOf(ids),
    place: () => aWord,
    moveOn: () => nothing,
  },
  blobs: {
    put: () => nothing,
    read: () =>
      fc.constant({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) }),
    size: () => maybe(aCount),
    remove: () => nothing,
    list: () => some(fc.record({ name: aWord, size: aCount, storedAt: aMoment })),
    discard: () => nothing,
  },
  inspections: {
    find: () => maybe(fc.record({ state: aMediaState, kind: aMediaKind, blob: fc.constant({ name: 'b', size: 9 }) })),
    settle: () => maybe(aMediaState),
    refuse: () => maybe(aMediaState),
    overdue: () => some(anId),
    places: (_, limit) => fc.array(fc.record({ chatId: anId, seq: aCount }), { maxLength: Math.min(3, limit - 1) }),
  },
  inspector: { inspect: () => fc.constantFrom<unknown>({}, { width: 4 }, new Failure('invalid', 'no photo')) },
  scanner: { isClean: () => fc.boolean() },
  links: {
    issue: (_, now) => aWord.map(token => ({ token, expiresAt: now + 300_000 })),
    read: () => maybe(fc.record({ mediaId: anId, userId: anId })),
  },
  presence: {
    connect: () => fc.record({ first: fc.boolean() }),
    disconnect: () => fc.record({ last: fc.boolean() }),
    online: ids => anyOf(ids).map(online => new Set(online)),
    lapsed: () => some(anId),
    forget: () => nothing,
  },
  passwords: {
    hash: () => aWord,
    verify: () => fc.boolean(),
    isCommon: () => fc.boolean(),
  },
  tokens: {
    issue: () => fc.record({ token: aWord, expiresIn: aCount }),
    verify: () =>
      fc.oneof(
        fc.record({ userId: anId, sessionId: anId, expiresAt: aMoment }),
        fc.constant(new Failure('unauthorized', 'no such token')),
      ),
    jwks: () => fc.constant({ keys: [{ kty: 'EC' }] }),
    refreshToken: () => aWord,
    digest: () => aWord,
  },
  media: {
    begin: ({ ownerId, size = 9 }) =>
      fc.oneof(
        fc.record({ upload: anUpload.map(upload => ({ ...upload, ownerId, size })), begun: fc.boolean() }),
        fc.record({ upload: anUpload, begun: fc.constant(true), expired: anId }),
        fc.constant(new Failure('too_large', 'too much')),
      ),
    find: () => maybe(anUpload),
    resize: () => nothing,
    finish: () => maybe(anUpload),
    refuse: () => nothing,
    discard: () => fc.boolean(),
  },
  types: { of: () => maybe(fc.constant('image/png')), refused: () => fc.boolean() },
  uploads: {
    take: () =>
      fc.oneof(
        fc.record({ response: aRawResponse, whole: fc.record({ size: aCount }) }, { requiredKeys: ['response'] }),
        fc.constantFrom(new Failure('conflict', 'another offset'), new Failure('too_large', 'too much')),
      ),
    asked: () =>
      fc.oneof(
        fc.record({ metadata: fc.constantFrom({ kind: 'photo' }, { filename: 'a', clientId: 'c' }, { kind: 'none' }) }),
        fc.record({ refused: aRawResponse }),
      ),
    options: () => aRawResponse,
    begun: () => aRawResponse,
    settled: () => aRawResponse,
    gone: () => aRawResponse,
    find: () => maybe(fc.record({ offset: aCount, size: aCount }, { requiredKeys: ['offset'] })),
    look: () => fc.record({ sha256: aWord, head: fc.constant(new Uint8Array()) }),
    remove: () => nothing,
    list: () => some(anId),
  },
  registration: { mode: () => fc.constantFrom('open' as const, 'invite' as const, 'closed' as const) },
};
