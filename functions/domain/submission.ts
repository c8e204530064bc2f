/**
 * A message on its way in: what a member submits, how it goes to the queue that orders its chat, and what comes back.
 * Shared by the socket's and HTTP's ways of sending, which differ in their answers only.
 */

import type { Context, Outcome, Output, Settled } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { callerOf } from '../access/caller.js';
import type { NewMessage } from '../ports/messages.js';
import { Message } from './model.js';
import { EVENTS, QUEUES } from './names.js';
import { Body, ChatId, ClientId, ReplyTo, strictObject } from './text.js';
import { isoTime } from './time.js';

export const Submission = strictObject({
  chatId: ChatId,
  clientId: ClientId,
  body: Body,
  replyTo: Type.Optional(ReplyTo),
});

const { clientId, id, seq, sentAt } = Message.properties;

export const Stored = Type.Object({ clientId, status: Type.Literal('stored'), id, seq, sentAt }, { title: 'Stored' });

export const Accepted = Type.Object(
  { clientId, status: Type.Literal('accepted') },
  { title: 'Accepted', description: 'Safe, and not stored yet: it will get its place' },
);

/** The sender hears `accepted` when the message is not stored by then. */
const ANSWER_WITHIN_MS = 2_000;

export function submit(
  context: Context,
  { chatId, clientId, body, replyTo = null }: Static<typeof Submission>,
): Outcome<never, never, typeof EVENTS.messageSent> {
  const id = context.newId();
  const sentAt = isoTime(context.now);
  const data: NewMessage = { id, chatId, clientId, senderId: callerOf(context).userId, body, replyTo, sentAt };
  return {
    status: 'accepted',
    publish: [
      { queue: QUEUES.messages, type: EVENTS.messageSent, key: chatId, id, data, answerWithinMs: ANSWER_WITHIN_MS },
    ],
  };
}

/** What persistMessage replied, or nothing when it did not in time. */
export const storedMessage = ({ answer }: Settled): Message | undefined => answer as Message | undefined;

export const accepted = (clientId: string): Outcome<Output<typeof Accepted>, never, never> => ({
  status: 'accepted',
  reply: { clientId, status: 'accepted' },
});
