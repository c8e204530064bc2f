/**
 * A connection may miss messages, but sees so: by a seq that jumps, as soon as the next message comes. One that stays
 * open, is listened to, and hears nothing more of a chat in which people write could not know. While nobody can write,
 * nothing can tell it. Holes that could be seen are counted.
 */
import type { Message, Synced } from '#support/shapes.js';
import type { ConnectionRecord, Evidence, Span } from './evidence.js';
import { type Finding, type History, say } from './finding.js';
import { groupBy } from './group-by.js';
import { keyOf, type Sent } from './sends.js';

/** How long an event may take to a connection that is well, in the calm of the end; and in a storm. */
const PASSAGE_MS = 5_000;
const STORM_MS = 30_000;

export function* gaps(evidence: Evidence, sent: ReadonlyMap<string, Sent>, history: History): Generator<Finding> {
  const chats = chatsOf(evidence);
  const shown = firstShown(evidence);
  const due = new Map([...history].map(([chatId, messages]) => [chatId, dueOf(messages, sent, shown)]));
  for (const connection of evidence.connections) {
    const news = groupBy(messagesOn(connection), ({ message }) => message.chatId);
    for (const chatId of chats.get(connection.client) ?? []) {
      const excused = [...absences(evidence, chatId, connection.client), ...connection.deaf];
      const heard = news.get(chatId) ?? [];
      let place = 0;
      let highest = 0;
      for (const { message, from, until } of due.get(chatId) ?? []) {
        for (; place < heard.length && heard[place]!.at <= until; place++) {
          highest = Math.max(highest, heard[place]!.message.seq);
        }
        if (highest >= message.seq || connection.from >= from || connection.until < until) continue;
        if (excused.some(span => span.from < until && span.until > from)) continue;
        yield {
          name: 'invisible-gap',
          detail: `${connection.id} of ${connection.client} did not hear ${say(message)}`,
        };
        break;
      }
    }
  }
}

/** When somebody was shown it for the first time, by the key of the message. */
function firstShown({ shown }: Evidence): Map<string, number> {
  const first = new Map<string, number>();
  for (const { at, message } of shown) {
    const key = keyOf(message);
    if (!first.has(key)) first.set(key, at);
  }
  return first;
}

/**
 * When each was sent, and by when its connections must know of it, in the order of the latter: some time after it and the
 * next one are there. What is only accepted may be stored much later, when there is somebody again to store it; when
 * others are shown it, it is.
 */
function dueOf(
  messages: readonly Message[],
  sent: ReadonlyMap<string, Sent>,
  shown: ReadonlyMap<string, number>,
): (Span & { message: Message })[] {
  const there = messages.map(keyOf).map(key => Math.max(acknowledged(sent.get(key)), shown.get(key) ?? 0));
  return messages
    .map((message, place) => ({
      message,
      // What nobody sent is another finding.
      from: sent.get(keyOf(message))?.firstInvoked ?? Number.NEGATIVE_INFINITY,
      until:
        place === messages.length - 1
          ? there[place]! + PASSAGE_MS
          : Math.max(there[place]!, there[place + 1]!) + STORM_MS,
    }))
    .toSorted((a, b) => a.until - b.until);
}

const acknowledged = (one: Sent | undefined): number => one?.acknowledged ?? Number.POSITIVE_INFINITY;

/** Those that a client was in at any time. */
function chatsOf(evidence: Evidence): Map<string, Set<string>> {
  const chats = new Map<string, Set<string>>();
  for (const { ok, client, reply } of evidence.calls<unknown, Synced>('sync')) {
    const own = chats.get(client) ?? new Set();
    chats.set(client, own);
    for (const { chatId } of ok ? reply.chats : []) own.add(chatId);
  }
  return chats;
}

/** From when a removal was asked for until an addition was acknowledged. */
function absences(evidence: Evidence, chatId: string, userId: string): Span[] {
  type Change = { chatId: string; userId: string };
  const about = (what: string) =>
    evidence.calls<Change, unknown>(what).filter(({ data }) => data.chatId === chatId && data.userId === userId);
  const added = about('add').flatMap(({ ok, answeredAt }) => (ok ? [answeredAt] : []));
  return about('remove').map(({ invokedAt: from }) => ({
    from,
    until: Math.min(...added.filter(at => at > from), Number.POSITIVE_INFINITY),
  }));
}

/** Messages below a jump, and which their connection never heard later. */
export function holes(evidence: Evidence): number {
  let count = 0;
  for (const connection of evidence.connections) {
    for (const news of groupBy(messagesOn(connection), ({ message }) => message.chatId).values()) {
      const seqs = new Set(news.map(({ message }) => message.seq));
      count += Math.max(...seqs) - Math.min(...seqs) + 1 - seqs.size;
    }
  }
  return count;
}

const messagesOn = ({ heard }: ConnectionRecord): { at: number; message: Message }[] =>
  heard.flatMap(({ at, event, data }) => (event === 'message:new' ? [{ at, message: data as Message }] : []));
