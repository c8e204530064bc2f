/**
 * A connection may miss messages and changes, but sees so: by a number that jumps, as soon as the next one comes. One that
 * stays open, is listened to, and hears nothing more of a chat in which people write could not know. While nobody can write,
 * nothing can tell it. Holes that could be seen are counted.
 */

import { groupBy } from '#runtime/group-by.js';
import type { Message, Synced } from '#support/shapes.js';
import type { MessageChanged } from '../replica/replica.js';
import type { ChangeCall } from './changes/calls.js';
import { changesDue, type DueIn, messagesDue } from './due.js';
import type { ConnectionRecord, Evidence, Span } from './evidence.js';
import type { Finding } from './finding.js';
import type { History } from './outcome.js';
import type { Sent } from './sends.js';

/** A number that a connection heard. */
interface HeardNumber {
  readonly at: number;
  readonly chatId: string;
  readonly number: number;
}

export function* gaps(
  evidence: Evidence,
  sent: ReadonlyMap<string, Sent>,
  changes: readonly ChangeCall[],
  history: History,
): Generator<Finding> {
  const chats = chatsOf(evidence);
  const [messages, changed] = [messagesDue(evidence, sent, history), changesDue(changes)];
  for (const connection of evidence.connections) {
    const excused = new Map(
      [...(chats.get(connection.client) ?? [])].map(chatId => [
        chatId,
        [...absences(evidence, chatId, connection.client), ...connection.deaf],
      ]),
    );
    yield* unheard('invisible-gap', connection, messagesOn(connection), messages, excused);
    yield* unheard('invisible-change', connection, changesOn(connection), changed, excused);
  }
}

function* unheard(
  name: Finding['name'],
  connection: ConnectionRecord,
  news: readonly HeardNumber[],
  due: DueIn,
  excused: ReadonlyMap<string, readonly Span[]>,
): Generator<Finding> {
  const byChat = groupBy(news, ({ chatId }) => chatId);
  for (const [chatId, spans] of excused) {
    const heard = byChat.get(chatId) ?? [];
    let place = 0;
    let highest = 0;
    for (const { number, what, from, until } of due.get(chatId) ?? []) {
      for (; place < heard.length && heard[place]!.at <= until; place++) {
        highest = Math.max(highest, heard[place]!.number);
      }
      if (highest >= number || connection.from >= from || connection.until < until) continue;
      if (spans.some(span => span.from < until && span.until > from)) continue;
      yield { name, detail: `${connection.id} of ${connection.client} did not hear ${what}` };
      break;
    }
  }
}

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
    for (const news of groupBy(messagesOn(connection), ({ chatId }) => chatId).values()) {
      const seqs = new Set(news.map(({ number }) => number));
      count += Math.max(...seqs) - Math.min(...seqs) + 1 - seqs.size;
    }
  }
  return count;
}

const messagesOn = ({ heard }: ConnectionRecord): HeardNumber[] =>
  heard.flatMap(({ at, event, data }) => {
    const { chatId, seq } = data as Message;
    return event === 'message:new' ? [{ at, chatId, number: seq }] : [];
  });

const changesOn = ({ heard }: ConnectionRecord): HeardNumber[] =>
  heard.flatMap(({ at, event, data }) => {
    const { chatId, change } = data as MessageChanged;
    return event === 'message:changed' ? [{ at, chatId, number: change }] : [];
  });
