/**
 * A message on its way in: what a member submits, how it goes to the queue that orders its chat, and what comes back.
 * Shared by the socket's and HTTP's ways of sending, which differ in their answers only.
 */

import type { Context, Outcome, Output } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { callerOf } from '../access/caller.js';
import { messageSent } from './events.js';
import { Message } from './model.js';
import { writtenAt } from './own-state.js';
import { Body, ChatId, ClientId, ReplyTo, strictObject, Time } from './text.js';
import { isoTime } from './time.js';

export const Submission = strictObject({
  chatId: ChatId,
  clientId: ClientId,
  body: Body,
  replyTo: Type.Optional(ReplyTo),
  draftAt: Type.Optional(
    Type.String({
      ...Time,
      description: '`at` of the draft that it is made of: that draft is gone with it, on all devices',
    }),
  ),
});

const { clientId, id, seq, sentAt } = Message.properties;

export const Stored = Type.Object({ clientId, status: Type.Literal('stored'), id, seq, sentAt }, { title: 'Stored' });

export const Accepted = Type.Object(
  { clientId, status: Type.Literal('accepted') },
  { title: 'Accepted', description: 'Safe, and not stored yet: it will get its place' },
);

export function submit(context: Context, given: Static<typeof Submission>) {
  const { chatId, clientId, body, replyTo = null } = given;
  const draft = given.draftAt !== undefined && { draftAt: writtenAt(given.draftAt, context.now, '/draftAt') };
  const id = context.newId();
  const sentAt = isoTime(context.now);
  const message = { id, chatId, clientId, senderId: callerOf(context).userId, body, replyTo, sentAt, ...draft };
  return { status: 'accepted' as const, publish: [messageSent(message, { id })] };
}

export const accepted = (clientId: string): Outcome<Output<typeof Accepted>, never, never> => ({
  status: 'accepted',
  reply: { clientId, status: 'accepted' },
});
