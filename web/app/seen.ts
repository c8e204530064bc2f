/** How far a conversation has been read: only what was in view counts, and nothing that lies behind what was not. */
import type { Message } from '../client/shapes.js';

/**
 * The seq up to which everything was seen, from `readSeq` on: what one wrote oneself needs no looking at. A message that
 * is not loaded was not seen.
 */
export function readUpTo(
  readSeq: number,
  messages: readonly Message[],
  seen: ReadonlySet<number>,
  userId: string,
): number {
  let upTo = readSeq;
  for (const { seq, senderId } of messages) {
    if (seq <= upTo) continue;
    if (seq > upTo + 1 || !(seen.has(seq) || senderId === userId)) break;
    upTo = seq;
  }
  return upTo;
}

/** The first message of somebody else after `readSeq`, among those that are loaded. */
export const firstUnread = (readSeq: number, messages: readonly Message[], userId: string): Message | undefined =>
  messages.find(({ seq, senderId }) => seq > readSeq && senderId !== userId);
