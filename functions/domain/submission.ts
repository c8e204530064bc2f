/**
 * A message on its way in: what a member submits, how it goes to the queue that orders its chat, and what comes back.
 * Shared by the socket's and HTTP's ways of sending, which differ in their answers only.
 */

import type { Context, Outcome, Output } from 'function-runtime';
import { Failure } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { callerOf } from '../access/caller.js';
import { GivenMedia } from './attachment.js';
import { checkEntities, GivenEntities } from './entities.js';
import { messageSent } from './events.js';
import { Message } from './model.js';
import { writtenAt } from './own-state.js';
import { ChatId, ClientId, Forward, ReplyTo, SAMPLE, StoredBody, strictObject, Time } from './text.js';
import { isoTime } from './time.js';
import type { Writable } from './writable.js';

export const Submission = strictObject(
  {
    chatId: ChatId,
    clientId: ClientId,
    body: Type.Optional(StoredBody),
    entities: Type.Optional(GivenEntities),
    media: Type.Optional(GivenMedia),
    forward: Type.Optional(Forward),
    replyTo: Type.Optional(ReplyTo),
    draftAt: Type.Optional(
      Type.String({
        ...Time,
        description: '`at` of the draft that it is made of: that draft is gone with it, on all devices',
      }),
    ),
  },
  {
    examples: [{ chatId: SAMPLE.chat, clientId: '7c0f6a52-draft-3', body: 'See #you at the wall?', replyTo: null }],
  },
);

const { clientId, id, seq, sentAt } = Message.properties;

export const Stored = Type.Object({ clientId, status: Type.Literal('stored'), id, seq, sentAt }, { title: 'Stored' });

export const Accepted = Type.Object(
  { clientId, status: Type.Literal('accepted') },
  { title: 'Accepted', description: 'Safe, and not stored yet: it will get its place' },
);

export function submit(context: Context, given: Static<typeof Submission>) {
  const { chatId, clientId, body, entities, media = [], forward, replyTo = null, draftAt } = given;
  checkSaid(given);
  const id = context.newId();
  const sentAt = isoTime(context.now);
  const message: Writable<Parameters<typeof messageSent>[0]> = {
    id,
    chatId,
    clientId,
    senderId: callerOf(context).userId,
    replyTo,
    sentAt,
  };
  if (body) message.body = body;
  if (entities) message.entities = entities;
  if (media.length > 0) message.media = media;
  if (forward) message.forward = forward;
  if (draftAt !== undefined) message.draftAt = writtenAt(draftAt, context.now, '/draftAt');
  return { status: 'accepted' as const, publish: [messageSent(message, { id })] };
}

type Said = Pick<Output<typeof Submission>, 'body' | 'entities' | 'media' | 'forward'>;

/** Throws `invalid`, naming the field, unless it is a body, media or both, or a copy of another message. */
export function checkSaid({ body, entities, media = [], forward }: Said): void {
  const wrong = (path: string, message: string) => new Failure('invalid', message, { errors: [{ path, message }] });
  if (!forward) {
    if (!body && media.length === 0)
      throw wrong('/body', 'is required, unless there are media or a message is forwarded');
    if (entities) checkEntities(body ?? '', entities);
    return;
  }
  if (body !== undefined) throw wrong('/body', 'a forwarded message has its own');
  if (entities) throw wrong('/entities', 'a forwarded message has its own');
  if (media.length > 0) throw wrong('/media', 'a forwarded message has its own');
}

export const accepted = (clientId: string): Outcome<Output<typeof Accepted>, never, never> => ({
  status: 'accepted',
  reply: { clientId, status: 'accepted' },
});
