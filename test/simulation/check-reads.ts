/**
 * The oracle of read receipts: what was acknowledged as read is read in the end, no watermark ever goes back, and
 * unread is what the watermark leaves of the history.
 */

import type { Chat } from '../../functions/domain/model.js';
import { groupBy } from '../chaos/checker/group-by.js';
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

/** Between what was acknowledged and what was said, at the end: one's own messages are read, and so are those reported. */
function* kept(history: History, { reads, views, removed }: Observations): Generator<string> {
  for (const { userId, chat } of views) {
    const rows = history.get(chat.id)?.rows ?? [];
    const readSeq = watermark(chat, userId) ?? 0;
    if (chat.unread !== rows.length - readSeq) {
      yield `read: ${mark(userId, chat.id)} has ${chat.unread} unread, and read ${readSeq} of ${rows.length}`;
    }
    const own = rows.findLast(({ senderId }) => senderId === userId)?.seq ?? 0;
    const mine = reads.filter(read => read.userId === userId && read.chatId === chat.id);
    const acknowledged = mine.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
    const [least, most] = [acknowledged, mine].map(some => Math.max(own, ...some.map(({ seq }) => seq)));
    // Whoever was taken in again began at what was there then, and what they had sent before they left is not theirs to read.
    if (removed.has(`${userId} ${chat.id}`)) continue;
    if (readSeq < (least as number)) {
      yield `read: ${mark(userId, chat.id)} stands at ${readSeq}, and ${least} was acknowledged`;
    }
    if (readSeq > (most as number))
      yield `read: ${mark(userId, chat.id)} stands at ${readSeq}, and said ${most} at most`;
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
