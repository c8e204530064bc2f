/** Changes of messages: what members ask for, and what the chat is told of what came of it. */

import type { Output } from 'function-runtime';
import Type from 'typebox';
import { GivenMedia } from './attachment.js';
import { GivenEntities } from './entities.js';
import { Message } from './model.js';
import type { Preview } from './preview.js';
import { ChatId, ClientId, Emoji, SAMPLE, Seq, StoredBody, Time, UserId } from './text.js';

const { seq } = Message.properties;

/** Which message. */
export const Place = { chatId: ChatId, seq };

/** From whom a message is deleted: from everybody, or hidden from the caller alone. */
export const Scope = Type.Union([Type.Literal('all'), Type.Literal('me')], { examples: ['all'] });

export const Edit = {
  clientId: ClientId,
  body: StoredBody,
  entities: Type.Optional(GivenEntities),
  media: Type.Optional(
    Type.Array(GivenMedia.items, {
      ...GivenMedia,
      description: 'Instead of what it has; absent: it keeps what it has',
    }),
  ),
  ifRev: Type.Optional(Type.Integer({ ...Seq, description: 'Only where this is its `rev`', examples: [0] })),
};

export const Switch = { on: Type.Boolean({ description: 'Whether it is to be there', examples: [true] }) };

const Whose = { ...Place, userId: UserId, at: Time };

export const Change = Type.Union(
  [
    Type.Object({ kind: Type.Literal('edit'), ...Whose, ...Edit }, { title: 'Edit' }),
    Type.Object({ kind: Type.Literal('delete'), ...Whose }, { title: 'Deletion' }),
    Type.Object({ kind: Type.Literal('react'), ...Whose, emoji: Emoji, ...Switch }, { title: 'Reacting' }),
    Type.Object({ kind: Type.Literal('pin'), ...Whose, ...Switch }, { title: 'Pinning' }),
  ],
  {
    title: 'Change',
    examples: [
      {
        ...{ kind: 'react', chatId: SAMPLE.chat, seq: 1, userId: SAMPLE.user, at: '2026-01-02T03:04:05.678Z' },
        ...{ emoji: '👍', on: true },
      },
    ],
  },
);
export type Change = Output<typeof Change>;

/**
 * What the system finds out about a message, and puts into it: members cannot ask for it, and it is no edit. Of the media
 * that it names, the message says from then on what is known of them; a preview is its own as long as its first link is
 * that of the preview.
 */
export interface Description {
  readonly kind: 'describe';
  readonly chatId: string;
  readonly seq: number;
  readonly at: string;
  readonly media?: readonly string[];
  readonly preview?: Preview;
}

export type Alteration = Change | Description;

/** The reply to it. */
export const Numbered = Type.Object(
  { change: Type.Integer({ ...Seq, description: 'Its number in the chat; 0 when nothing changed', examples: [1] }) },
  { title: 'Numbered' },
);

/** Who asked for it; of a reaction also which one, and whether it is there now. */
const By = Type.Object({ userId: UserId, emoji: Type.Optional(Emoji), on: Type.Optional(Type.Boolean()) });

export const MessageChanged = Type.Object(
  {
    chatId: ChatId,
    change: Type.Integer({
      minimum: 1,
      description: "The message's `rev`; one more than the last one heard, or `sync`",
      examples: [1],
    }),
    message: Message,
    by: By,
    kind: Type.Union([Type.Literal('edit'), Type.Literal('delete'), Type.Literal('react'), Type.Literal('pin')]),
    others: Type.Optional(
      Type.Array(Type.Object({ userId: UserId, emoji: Emoji, on: Type.Boolean() }), {
        description: 'The reactions that share its number with the last of them, in their order',
      }),
    ),
    was: Type.Optional(
      Type.Integer({
        ...Seq,
        description: "The message's `rev` before it: whoever holds it by an earlier one asks with `sync`",
        examples: [0],
      }),
    ),
    retold: Type.Optional(
      Type.Literal(true, {
        description:
          'Nothing changed now: the message is told as it is, and whose reactions it has is not said. Whoever has not heard of this change yet asks with `sync`',
      }),
    ),
  },
  { title: 'MessageChanged' },
);
export type MessageChanged = Output<typeof MessageChanged>;

/** Somebody reacted to a message. */
export const Reactor = Type.Object({ userId: UserId, emoji: Emoji, at: Time }, { title: 'Reactor' });
export type Reactor = Output<typeof Reactor>;

/** What a message said from some time on. */
export const Version = Type.Object({ body: StoredBody, at: Time }, { title: 'Version' });
export type Version = Output<typeof Version>;
