/**
 * Receipts are watermarks: 'everything up to seq'. What members report, how it goes to its queue, and how many reports
 * fold into one move a member.
 */

import type { Context, Emission, Event } from 'function-runtime';
import Type, { type Static } from 'typebox';
import { callerOf } from '../access/caller.js';
import type { Receipt } from './model.js';
import { room } from './names.js';
import { ChatId, strictObject, Time, UserId } from './text.js';
import { isoTime, normalTime } from './time.js';

const Place = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [1] });

export const Report = strictObject({ chatId: ChatId, seq: Place });

/** Members that this version does not know are ignored: publishers of the next version run beside it. */
export const QueuedReceipt = Type.Object({ chatId: ChatId, userId: UserId, seq: Place, at: Type.Optional(Time) });

/** The caller's report. */
export const receipt = (context: Context, { chatId, seq }: Static<typeof Report>): Receipt => ({
  chatId,
  userId: callerOf(context).userId,
  seq,
  at: isoTime(context.now),
});

const whose = ({ chatId, userId }: Pick<Receipt, 'chatId' | 'userId'>) => `${chatId}/${userId}`;

/** The farthest receipt of each member of each chat, whatever the order in which they come. */
export function farthest(events: readonly Event<Static<typeof QueuedReceipt>>[], now: number): Map<string, Receipt> {
  const marks = new Map<string, Receipt>();
  for (const { data, time } of events) {
    const { chatId, userId, seq } = data;
    const at = normalTime(data.at ?? time ?? '') ?? isoTime(now);
    const before = marks.get(whose(data));
    if (!before || before.seq < seq) marks.set(whose(data), { chatId, userId, seq, at });
  }
  return marks;
}

/** Tells each chat of the watermarks that moved, with the time of the receipt that moved them. */
export const moved = <Sent extends 'receipt:read' | 'receipt:delivered'>(
  event: Sent,
  watermarks: readonly Omit<Receipt, 'at'>[],
  marks: ReadonlyMap<string, Receipt>,
  now: number,
): Emission<Sent>[] =>
  watermarks.map(({ chatId, userId, seq }) => ({
    send: event,
    data: { chatId, userId, seq, at: marks.get(whose({ chatId, userId }))?.at ?? isoTime(now) },
    to: [room.chat(chatId)],
  }));
