/** Random people, chats and messages, for property tests. Ids come from a small pool, so that they meet again. */
import fc from 'fast-check';
import type { Media } from '#functions/domain/attachment.js';
import { ENTITY_TYPES, type Entity } from '#functions/domain/entities.js';
import type { Upload } from '#functions/domain/media.js';
import type { Chat, Member, Message, OwnState, Person, Profile, Session } from '#functions/domain/model.js';
import type { Bytes, ReadableMedia } from '#functions/ports/mediaReads.js';
import { uuid } from '#runtime/testing/context.js';

export const anId: fc.Arbitrary<string> = fc.integer({ min: 1, max: 5 }).map(uuid);
export const aMoment = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
export const aTime = aMoment.map(ms => new Date(ms).toISOString());
export const aWord = fc.string({ minLength: 1, maxLength: 8 });
export const anEmoji = fc.constantFrom('👍', '⛹️', '⛹🏻', '🏴󠁧󠁢󠁥󠁮󠁧󠁿');
const aUsername = fc.constantFrom('ann', 'Ben_2', 'x'.repeat(32));
export const aSeq = fc.integer({ min: 0, max: 1_000 });
export const aCount = fc.integer({ min: 1, max: 1_000 });
export const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 4 });

export const aChatType = fc.constantFrom('direct' as const, 'group' as const);
export const aRole = fc.constantFrom('owner' as const, 'admin' as const, 'member' as const);

export const aProfile: fc.Arbitrary<Profile> = fc.record({
  id: anId,
  email: fc.constantFrom('a@example.com', 'b@example.com'),
  username: aUsername,
  displayName: aWord,
  createdAt: aTime,
});
export const aPerson: fc.Arbitrary<Person> = fc.record({
  id: anId,
  username: aUsername,
  displayName: aWord,
});
export const aSession: fc.Arbitrary<Session> = fc.record({
  id: anId,
  device: fc.option(aWord),
  createdAt: aTime,
  lastUsedAt: aTime,
});
const anEntity: fc.Arbitrary<Entity> = fc.record(
  { type: fc.constantFrom(...ENTITY_TYPES), offset: fc.nat(3), length: fc.integer({ min: 1, max: 4 }), userId: anId },
  { requiredKeys: ['type', 'offset', 'length'] },
);
const aPhoto: fc.Arbitrary<Media> = fc.record({
  id: anId,
  kind: fc.constant('photo' as const),
  type: fc.constantFrom('image/png', 'image/jpeg'),
  size: aCount,
});
/** What leads somewhere. */
export const LINKING = { body: 'https://a.org', entities: [{ type: 'link' as const, offset: 0, length: 13 }] };

export const aMessage: fc.Arbitrary<Message> = fc.record(
  {
    chatId: anId,
    seq: aCount,
    id: anId,
    clientId: aWord,
    senderId: anId,
    body: aWord,
    replyTo: fc.option(anId),
    sentAt: aTime,
    rev: aSeq,
    reactions: fc.constantFrom([], [{ emoji: '👍', count: 2 }]),
    entities: fc.array(anEntity, { minLength: 1, maxLength: 2 }),
    forwardedFrom: fc.record({ userId: anId, displayName: aWord, sentAt: aTime }),
    media: fc.array(aPhoto, { minLength: 1, maxLength: 2 }),
    preview: fc.constant({ url: 'https://example.org/', title: 'Example' }),
  },
  { requiredKeys: ['chatId', 'seq', 'id', 'clientId', 'senderId', 'body', 'replyTo', 'sentAt', 'rev', 'reactions'] },
);
const aMember: fc.Arbitrary<Member> = fc.record({ userId: anId, role: aRole, readSeq: aSeq, deliveredSeq: aSeq });
const settings = {
  mutedUntil: aTime,
  notify: fc.constantFrom('mentions' as const, 'none' as const),
  archived: fc.constant(true as const),
  pinned: fc.constant(true as const),
  draft: fc.record({ body: aWord, at: aTime }),
};
export const anOwnState: fc.Arbitrary<OwnState> = fc.record(
  { chatId: anId, rev: aSeq, ...settings },
  { requiredKeys: ['chatId', 'rev'] },
);
/** Nobody has read further than there is. */
export const aChat: fc.Arbitrary<Chat> = fc
  .record(
    {
      id: anId,
      type: aChatType,
      title: fc.option(aWord),
      createdAt: aTime,
      lastSeq: aSeq,
      lastChange: aSeq,
      lastMessage: fc.option(aMessage),
      unread: aSeq,
      mentions: aSeq,
      memberCount: aCount,
      members: some(aMember),
      ...settings,
    },
    {
      requiredKeys: [
        'id',
        'type',
        'title',
        'createdAt',
        'lastSeq',
        'lastChange',
        'lastMessage',
        'unread',
        'mentions',
        'memberCount',
        'members',
      ],
    },
  )
  .map(chat => ({ ...chat, lastSeq: Math.max(chat.lastSeq, ...chat.members.map(({ readSeq }) => readSeq)) }));

export const anUpload: fc.Arbitrary<Upload> = fc.record({
  id: anId,
  ownerId: fc.constantFrom(uuid(1), uuid(2)),
  clientId: fc.option(aWord),
  kind: fc.constantFrom('photo' as const, 'file' as const),
  state: fc.constantFrom(
    'uploading' as const,
    'uploaded' as const,
    'uploaded' as const,
    'uploaded' as const,
    'ready' as const,
    'refused' as const,
    'gone' as const,
  ),
  filename: fc.option(aWord),
  declaredType: fc.constant(null),
  size: aCount,
  createdAt: aMoment,
  finishedAt: fc.option(aMoment),
  attachedAt: fc.option(aMoment, { freq: 1 }),
});

const someBytes: fc.Arbitrary<Bytes> = fc.record({ name: aWord, size: aCount, sha256: fc.constantFrom('a1', 'b2') });
const aMediaType = fc.constantFrom('image/png', 'video/mp4', 'text/html', 'audio/ogg; codecs=opus', 'application/pdf');
export const someMedia: fc.Arbitrary<ReadableMedia> = fc.record({
  kind: fc.constantFrom('photo' as const, 'video' as const, 'audio' as const, 'voice' as const, 'file' as const),
  state: fc.constantFrom('uploaded' as const, 'ready' as const),
  filename: fc.option(aWord),
  type: fc.option(aMediaType),
  bytes: someBytes,
  thumb: fc.option(fc.tuple(someBytes, aMediaType).map(([bytes, type]) => ({ ...bytes, type }))),
});
