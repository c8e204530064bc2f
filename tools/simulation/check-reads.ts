/**
 * The oracle of read receipts: what was acknowledged as read is read in the end, nothing is that nobody said, no
 * watermark ever goes back, and unread is what others wrote above it.
 */

import type { Chat, Message } from '#functions/domain/model.js';
import { groupBy } from '#runtime/group-by.js';
import type { History } from './check.js';
import type { Observations } from './clients/observations.js';

export function* reads(history: History, seen: Observations): Generator<string> {
  yield* kept(history, seen);
  yield* forward(seen);
  yield* told(seen);
}

const mark = (userId: string, chatId: string): string => `${userId.slice(-4)} in ${chatId.slice(-4)}`;
const watermark = ({ members = [] }: Chat, userId: string): number | undefined =>
  members.find(member => member.userId === userId)?.readSeq;

/** A watermark moves along with the messages that its own member writes right above it, and with no others. */
function withOwn(rows: readonly Message[], userId: string, seq: number): number {
  let at = seq;
  while (rows[at]?.senderId === userId) at += 1;
  return at;
}

/** Between what was acknowledged and what was said, at the end, one's own messages after that among it. */
function* kept(history: History, { reads, views, removed }: Observations): Generator<string> {
  for (const { userId, chat } of views) {
    const rows = history.get(chat.id)?.rows ?? [];
    const readSeq = watermark(chat, userId) ?? 0;
    const counts = ({ senderId, seq, deletedAt }: Message): boolean =>
      senderId !== userId && deletedAt === undefined && !history.get(chat.id)?.hidden(userId, seq);
    const unread = rows.slice(readSeq).filter(counts).length;
    if (chat.unread !== unread) {
      yield `read: ${mark(userId, chat.id)} has ${chat.unread} unread, and read ${readSeq} of ${rows.length}`;
    }
    const mine = reads.filter(read => read.userId === userId && read.chatId === chat.id);
    const acknowledged = mine.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
    const begun = withOwn(rows, userId, 0);
    const least = Math.max(begun, ...acknowledged.map(({ seq }) => seq));
    const most = Math.max(begun, ...mine.map(({ seq }) => withOwn(rows, userId, seq)));
    // Whoever was taken in again began at what was there then.
    if (removed.has(`${userId} ${chat.id}`)) continue;
    if (readSeq < least) {
      yield `read: ${mark(userId, chat.id)} stands at ${readSeq}, and ${least} was acknowledged`;
    }
    if (readSeq > most) yield `read: ${mark(userId, chat.id)} stands at ${readSeq}, and said ${most} at most`;
  }
}

/** Whoever asks after an answer is not told less. */
function* forward({ synced }: Observations): Generator<string> {
  const looks = synced.flatMap(({ invokedAt, at, chatId, readSeqs }) =>
    Object.entries(readSeqs).map(([userId, seq]) => ({ userId, chatId, seq, invokedAt, at })),
  );
  for (const all of groupBy(looks, look => `${look.userId} ${look.chatId}`).values()) {
    const answered = all.toSorted((a, b) => a.at - b.at);
    let [next, highest] = [0, 0];
    for (const { userId, chatId, seq, invokedAt } of all.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
      for (let look = answered[next]; look && look.at < invokedAt; look = answered[++next]) {
        highest = Math.max(highest, look.seq);
      }
      if (seq < highest) yield `read: ${mark(userId, chatId)} went back from ${highest} to ${seq}`;
    }
  }
}

/** Nobody was told live of a watermark that is not reached in the end. */
function* told({ receipts, views }: Observations): Generator<string> {
  const last = new Map(views.map(({ chat }) => [chat.id, chat]));
  for (const { chatId, userId, seq } of receipts) {
    const chat = last.get(chatId);
    const stands = chat && watermark(chat, userId);
    if (stands !== undefined && stands < seq) {
      yield `read: ${mark(userId, chatId)} was said to stand at ${seq}, and stands at ${stands}`;
    }
  }
}
