/** Watermarks never go back, and hold what was acknowledged. */

import { groupBy } from '#runtime/group-by.js';
import type { Chat, Synced } from '#support/shapes.js';
import type { Evidence } from './evidence.js';
import type { Finding } from './finding.js';

interface Seen {
  readonly of: string;
  readonly seq: number;
  readonly invokedAt: number;
  readonly answeredAt: number;
}

export function* watermarks(evidence: Evidence): Generator<Finding> {
  const seen: Seen[] = [];
  for (const { ok, reply, invokedAt, answeredAt } of evidence.calls<unknown, Chat>('chat')) {
    if (!ok) continue;
    for (const { userId, readSeq, deliveredSeq } of reply.members ?? []) {
      seen.push({ of: `read ${reply.id} ${userId}`, seq: readSeq, invokedAt, answeredAt });
      seen.push({ of: `delivered ${reply.id} ${userId}`, seq: deliveredSeq, invokedAt, answeredAt });
    }
  }
  for (const { ok, reply, invokedAt, answeredAt } of evidence.calls<unknown, Synced>('sync')) {
    for (const { chatId, readSeqs } of ok ? reply.chats : []) {
      for (const [userId, seq] of Object.entries(readSeqs)) {
        seen.push({ of: `read ${chatId} ${userId}`, seq, invokedAt, answeredAt });
      }
    }
  }
  const marks = groupBy(seen, ({ of }) => of);
  for (const [of, all] of marks) yield* backwards(of, all);
  yield* forgotten(evidence, marks);
}

function* backwards(of: string, seen: readonly Seen[]): Generator<Finding> {
  const byAnswer = seen.toSorted((a, b) => a.answeredAt - b.answeredAt);
  let next = 0;
  let highest = 0;
  for (const later of seen.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
    for (; next < byAnswer.length && byAnswer[next]!.answeredAt < later.invokedAt; next++) {
      highest = Math.max(highest, byAnswer[next]!.seq);
    }
    if (later.seq < highest) yield { name: 'watermark-back', detail: `${of}: ${later.seq} after ${highest}` };
  }
}

/** What was acknowledged shows in the end, for whom it shows at all. */
function* forgotten(evidence: Evidence, marks: ReadonlyMap<string, readonly Seen[]>): Generator<Finding> {
  for (const kind of ['read', 'delivered']) {
    for (const call of evidence.calls<{ chatId: string; seq: number }, unknown>(`message:${kind}`)) {
      const { ok, client, data, answeredAt } = call;
      const of = `${kind} ${data.chatId} ${client}`;
      const last = marks.get(of)?.reduce((a, b) => (b.invokedAt > a.invokedAt ? b : a));
      if (!ok || !last || last.invokedAt < answeredAt || last.seq >= data.seq) continue;
      // A report takes its way through a queue: only a look well after it must show it.
      if (last.invokedAt < answeredAt + PASSAGE_MS) continue;
      yield { name: 'watermark-lost', detail: `${of}: ${data.seq} was acknowledged, ${last.seq} is shown in the end` };
    }
  }
}

const PASSAGE_MS = 20_000;
