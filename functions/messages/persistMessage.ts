/**
 * Stores messages in the order in which they were sent, and tells the chats. Everything that it answers and emits
 * comes from the stored rows, so a redelivery says the same again and a crash half-way heals.
 */
import Type, { type Static } from 'typebox';
import type { Event } from '../../runtime/contract/event.js';
import { Failure } from '../../runtime/contract/failure.js';
import { batch } from '../define.js';
import { isId } from '../domain/id.js';
import { Message } from '../domain/model.js';
import { room } from '../domain/names.js';
import { Body, ChatId, ClientId, MessageId, ReplyTo, Time, UserId } from '../domain/text.js';
import { isoTime, normalTime } from '../domain/time.js';
import type { NewMessage } from '../ports/messages.js';

/** Members that this version does not know are ignored: publishers of the next version run beside it. */
const Input = Type.Object({
  id: Type.Optional(MessageId),
  chatId: ChatId,
  clientId: ClientId,
  senderId: UserId,
  body: Body,
  replyTo: Type.Optional(ReplyTo),
  sentAt: Type.Optional(Time),
});

const REFUSALS = {
  'no-chat': new Failure('not_found', 'no such chat'),
  'never-a-member': new Failure('forbidden', 'the sender was never in the chat'),
} as const;

function complete(event: Event<Static<typeof Input>>, now: number, newId: () => string): NewMessage {
  const eventId = event.id.toLowerCase();
  const { id, chatId, clientId, senderId, body, replyTo = null, sentAt } = event.data;
  return {
    id: id ?? (isId(eventId) ? eventId : newId()),
    chatId,
    clientId,
    senderId,
    body,
    replyTo,
    sentAt: normalTime(sentAt ?? event.time ?? '') ?? isoTime(now),
  };
}

export const persistMessage = batch({
  name: 'persistMessage',
  access: 'internal',
  needs: ['messages'],
  emits: ['message:new'],
  summary: 'Gives each message its place in its chat, for ever, exactly once, and tells the members.',
  input: Input,
  output: { ok: Message },
  refuses: ['not_found', 'forbidden'],
  async handle({ now, newId, ports }, events) {
    const results = await ports.messages.append(events.map(event => complete(event, now, newId)));

    const stored = new Map<string, { readonly message: Message; readonly item: number }>();
    const items = results.map((result, item) => {
      if ('refused' in result) {
        const failure = REFUSALS[result.refused];
        return { verdict: { dead: failure.message }, failure };
      }
      stored.set(`${result.chatId}/${result.seq}`, { message: result, item });
      return { reply: result };
    });

    const inOrder = [...stored.values()].sort((a, b) => a.message.seq - b.message.seq);
    return {
      items,
      emit: inOrder.map(({ message, item }) => ({
        send: 'message:new',
        data: message,
        to: [room.chat(message.chatId)],
        since: message.sentAt,
        item,
      })),
    };
  },
});
