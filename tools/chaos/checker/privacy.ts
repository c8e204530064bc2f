/** Nothing of a chat reaches, or comes from, somebody whose removal was acknowledged, until they are taken in again. */
import type { Message, Synced } from '#support/shapes.js';
import type { Evidence } from './evidence.js';
import { type Finding, say } from './finding.js';
import type { History } from './outcome.js';
import { keyOf, type Sent } from './sends.js';

interface Change {
  readonly chatId: string;
  readonly userId: string;
}

interface Absence extends Change {
  readonly from: number;
  readonly until: number;
}

/** From when a removal was acknowledged until somebody began to take the user in again. */
export function absences(evidence: Evidence): Absence[] {
  const adds = evidence.calls<Change, unknown>('add');
  return evidence.calls<Change, unknown>('remove').flatMap(({ ok, data, answeredAt: from, invokedAt }) => {
    if (!ok) return [];
    const until = adds
      .filter(add => add.data.chatId === data.chatId && add.data.userId === data.userId && add.answeredAt > invokedAt)
      .reduce((earliest, add) => Math.min(earliest, add.invokedAt), Number.POSITIVE_INFINITY);
    return until > from ? [{ ...data, from, until }] : [];
  });
}

export function* privacy(evidence: Evidence, sent: ReadonlyMap<string, Sent>, history: History): Generator<Finding> {
  const invoked = (message: Message) => sent.get(keyOf(message))?.firstInvoked ?? Number.POSITIVE_INFINITY;
  for (const { chatId, userId, from, until } of absences(evidence)) {
    for (const { client, at, message } of evidence.shown) {
      if (client !== userId || message.chatId !== chatId || at <= from || at >= until) continue;
      if (invoked(message) <= from) continue;
      yield { name: 'leaked', detail: `to ${userId}, removed at ${from}, at ${at}: ${say(message)}` };
    }
    for (const { client, ok, reply, invokedAt, answeredAt } of evidence.calls<unknown, Synced>('sync')) {
      if (client !== userId || !ok || invokedAt <= from || answeredAt >= until) continue;
      if (!reply.chats.some(chat => chat.chatId === chatId)) continue;
      yield { name: 'leaked', detail: `chat ${chatId} to ${userId} by sync at ${invokedAt}, removed at ${from}` };
    }
    for (const message of history.get(chatId) ?? []) {
      const calls = message.senderId === userId ? (sent.get(keyOf(message))?.calls ?? []) : [];
      if (calls.length === 0 || calls.some(call => call.invokedAt <= from || call.answeredAt >= until)) continue;
      yield {
        name: 'sent-after-removal',
        detail: `removed at ${from}, sent at ${calls[0]!.invokedAt}: ${say(message)}`,
      };
    }
  }
  yield* afterFarewell(evidence);
}

/**
 * On the connection that heard of its own removal, nothing of the chat follows, until somebody begins to take the user
 * in again: the news of that may be missed.
 */
function* afterFarewell(evidence: Evidence): Generator<Finding> {
  const changes = (what: string, { chatId, userId }: Change) =>
    evidence
      .calls<Change, unknown>(what)
      .flatMap(({ data, invokedAt }) => (data.chatId === chatId && data.userId === userId ? [invokedAt] : []));
  for (const { id, client: userId, heard } of evidence.connections) {
    const out = new Map<string, number>();
    for (const { at, event, data } of heard) {
      const news = data as { id?: string; chatId?: string; userId?: string };
      const chatId = news.chatId ?? news.id ?? '';
      const since = out.get(chatId);
      if (since !== undefined && changes('add', { chatId, userId }).some(add => add > since && add <= at)) {
        out.delete(chatId);
      } else if (since !== undefined) {
        yield {
          name: 'leaked',
          detail: `${event} at ${at} on ${id} of ${userId}, which had heard that it is out: ${chatId}`,
        };
      }
      if (event !== 'chat:member-removed' || news.userId !== userId) continue;
      out.set(chatId, Math.max(...changes('remove', { chatId, userId }).filter(removal => removal <= at)));
    }
  }
}
