/**
 * A connection may miss messages, but sees so: by a seq that jumps. One that stays open and never hears the last
 * message of a chat could not know. Holes that could be seen are counted.
 */
import type { Message } from '../../support/shapes.js';
import type { Connection, Evidence } from './evidence.js';
import { type Finding, type History, say } from './finding.js';
import { groupBy } from './group-by.js';
import { lastSyncs } from './readers.js';
import { keyOf, type Sent } from './sends.js';

/** How long an event may take to a connection that is well. */
const PASSAGE_MS = 5_000;

export function* gaps(evidence: Evidence, sent: ReadonlyMap<string, Sent>, history: History): Generator<Finding> {
  const syncs = lastSyncs(evidence);
  for (const connection of evidence.connections) {
    for (const { chatId } of syncs.get(connection.client)?.chats ?? []) {
      const last = history.get(chatId)?.at(-1);
      if (!last || heardIn(connection, chatId).includes(last.seq)) continue;
      const { firstInvoked = Number.POSITIVE_INFINITY, acknowledged = 0 } = sent.get(keyOf(last)) ?? {};
      if (connection.from >= firstInvoked || connection.until < acknowledged + PASSAGE_MS) continue;
      if (memberSince(evidence, chatId, connection.client) >= firstInvoked) continue;
      yield { name: 'invisible-gap', detail: `${connection.id} of ${connection.client} never heard ${say(last)}` };
    }
  }
}

/** Messages below a jump, and whose connection never heard them later. */
export function holes(evidence: Evidence): number {
  let count = 0;
  for (const connection of evidence.connections) {
    const news = connection.heard.flatMap(({ event, data }) => (event === 'message:new' ? [data as Message] : []));
    for (const messages of groupBy(news, ({ chatId }) => chatId).values()) {
      const seqs = new Set(messages.map(({ seq }) => seq));
      count += Math.max(...seqs) - Math.min(...seqs) + 1 - seqs.size;
    }
  }
  return count;
}

const heardIn = ({ heard }: Connection, chatId: string): number[] =>
  heard.flatMap(({ event, data }) => {
    const message = data as Message;
    return event === 'message:new' && message.chatId === chatId ? [message.seq] : [];
  });

const memberSince = (evidence: Evidence, chatId: string, userId: string): number =>
  evidence
    .calls<{ chatId: string; userId: string }, unknown>('add')
    .filter(({ data }) => data.chatId === chatId && data.userId === userId)
    .reduce((last, { answeredAt }) => Math.max(last, answeredAt), 0);
