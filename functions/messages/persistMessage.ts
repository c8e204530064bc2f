/**
 * Stores messages in the order in which they were sent, and tells the chats. Everything that it answers and emits
 * comes from the stored rows, so a redelivery says the same again and a crash half-way heals.
 *
 * A row has the id of the event that it was stored for, and only that event announces it. Until it is acknowledged it
 * comes again as often as it takes, and announces again. A sender's own attempts are events of other ids: answered, no
 * news.
 *
 * A second copy of the event, which a publisher sends whose confirmation was lost, is announced again as well: it looks
 * like the first one after a crash between commit and emit. The broker's mark of what it delivers again does not tell
 * them apart where an announcement may still be owed: it is missing when the database's answer was lost and the batch is
 * tried again in place, on what came back from the dead letters or was moved to new queues, and over HTTP. Readers know
 * the second by its seq.
 */

import type { Event, Outcome } from 'function-runtime';
import { Failure } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { batch } from '../define.js';
import { GivenMedia, UNFINISHED_MEDIA, UNKNOWN_MEDIA } from '../domain/attachment.js';
import { Entities } from '../domain/entities.js';
import { messageStored } from '../domain/events.js';
import { findEntities } from '../domain/findEntities.js';
import { isId } from '../domain/id.js';
import { resolveMentions } from '../domain/mentions.js';
import { Message } from '../domain/model.js';
import { room } from '../domain/names.js';
import { ownStateChanged } from '../domain/own-state.js';
import { checkSaid } from '../domain/submission.js';
import { ChatId, ClientId, Forward, MessageId, ReplyTo, SAMPLE, StoredBody, Time, UserId } from '../domain/text.js';
import { isoTime, normalTime } from '../domain/time.js';
import type { Writable } from '../domain/writable.js';
import type { Ports } from '../ports/index.js';
import type { AppendRefusal, NewMessage } from '../ports/messages.js';

/** Members that this version does not know are ignored: publishers of the next version run beside it. */
const Input = Type.Object(
  {
    id: Type.Optional(MessageId),
    chatId: ChatId,
    clientId: ClientId,
    senderId: UserId,
    body: Type.Optional(StoredBody),
    entities: Type.Optional(Entities),
    media: Type.Optional(GivenMedia),
    forward: Type.Optional(Forward),
    replyTo: Type.Optional(ReplyTo),
    sentAt: Type.Optional(Time),
    draftAt: Type.Optional(Time),
  },
  {
    examples: [
      {
        ...{ id: SAMPLE.message, chatId: SAMPLE.chat, clientId: '7c0f6a52-draft-3', senderId: SAMPLE.user },
        ...{ body: 'See #you at the wall?', replyTo: null, sentAt: '2026-01-02T03:04:05.678Z' },
      },
    ],
  },
);

// Such a message says something that is stored nowhere else, and no gateway of ours sends it: it goes to the dead letters.
const STRAYS = {
  'no-chat': new Failure('not_found', 'no such chat'),
  'never-a-member': new Failure('forbidden', 'the sender was never in the chat'),
};

// What a member may be refused at any time is answered, and is no dead letter: as with changes.
const FORWARD_REFUSALS = {
  'no-source': refused('not_found', '/forward/seq', 'you see no such message'),
  'no-forwards': refused('forbidden', '/forward/chatId', 'messages of this chat are not forwarded'),
  'source-deleted': refused('conflict', '/forward/seq', 'this message was deleted'),
};

function refusal(why: AppendRefusal, at = 0): Pick<Outcome, 'failure' | 'verdict'> {
  if (why === 'no-chat' || why === 'never-a-member') {
    return { failure: STRAYS[why], verdict: { dead: STRAYS[why].message } };
  }
  if (why === 'no-media') return { failure: refused('invalid', `/media/${at}`, UNKNOWN_MEDIA.why) };
  if (why === 'media-unfinished') return { failure: refused('conflict', `/media/${at}`, UNFINISHED_MEDIA.why) };
  return { failure: FORWARD_REFUSALS[why] };
}

function refused(code: Failure['code'], path: string, message: string): Failure {
  return new Failure(code, message, { errors: [{ path, message }] });
}

/** The id that the event has its message stored under; none when a foreign publisher gave it none that can be one. */
function idOf({ id, data }: Event<Static<typeof Input>>): string | undefined {
  const eventId = id.toLowerCase();
  return data.id ?? (isId(eventId) ? eventId : undefined);
}

function complete(event: Event<Static<typeof Input>>, now: number, newId: () => string): NewMessage {
  const { chatId, clientId, senderId, body = '', replyTo = null, sentAt, media = [], forward } = event.data;
  checkSaid(event.data);
  const message: Writable<NewMessage> = {
    id: idOf(event) ?? newId(),
    chatId,
    clientId,
    senderId,
    body,
    replyTo,
    sentAt: normalTime(sentAt ?? event.time ?? '') ?? isoTime(now),
  };
  const draftAt = normalTime(event.data.draftAt ?? '');
  if (draftAt !== undefined) message.draftAt = draftAt;
  const entities = event.data.entities ?? findEntities(body);
  if (entities.length > 0) message.entities = entities;
  if (media.length > 0) message.mediaIds = media;
  if (forward) message.forward = forward;
  return message;
}

/** What their chats are to the senders of what was a draft: read now, so that a repeated message tells it again. */
async function draftsGone({ ownState }: Pick<Ports, 'ownState'>, messages: readonly NewMessage[]) {
  const drafted = messages.filter(({ draftAt }) => draftAt !== undefined);
  const members = new Map(drafted.map(({ chatId, senderId: userId }) => [`${chatId}/${userId}`, { chatId, userId }]));
  const states = members.size > 0 ? await ownState.of([...members.values()]) : [];
  return states.flatMap(({ userId, state }) => ownStateChanged(userId, state));
}

export const persistMessage = batch({
  name: 'persistMessage',
  access: 'internal',
  needs: ['members', 'messages', 'ownState'],
  emits: ['message:new', 'me:changed'],
  publishes: [messageStored],
  summary:
    'Stores each message exactly once, assigns its `seq` and notifies the members. A repeated one returns the stored message.',
  input: Input,
  output: { ok: Message },
  refuses: ['invalid', 'not_found', 'forbidden', 'conflict'],
  async handle({ now, newId, ports }, events) {
    const wanted = events.map(event => complete(event, now, newId));
    const messages = await resolveMentions(ports.members, wanted);
    const results = await ports.messages.append(messages);

    const news = new Map<string, { readonly message: Message; readonly item: number }>();
    const items = results.map((result, item) => {
      if ('refused' in result) return refusal(result.refused, result.at);
      // Without an id of its own nothing tells an event's repetition from another one: rather twice than never.
      const announces = (idOf(events[item] as (typeof events)[number]) ?? result.id) === result.id;
      if (announces) news.set(`${result.chatId}/${result.seq}`, { message: result, item });
      return { reply: result };
    });

    const inOrder = [...news.values()].sort((a, b) => a.message.seq - b.message.seq);
    return {
      items,
      publish: inOrder.map(({ message }) => messageStored(message, { id: `${message.id}.stored` })),
      emit: [
        ...inOrder.map(({ message, item }) => ({
          send: 'message:new' as const,
          data: message,
          to: [room.chat(message.chatId)],
          since: message.sentAt,
          item,
        })),
        ...(await draftsGone(ports, messages)),
      ],
    };
  },
});
