/** One chat as a device holds it. */
import type { Message } from '#support/shapes.js';

export interface HeldChat {
  readonly messages: Map<number, Message>;
  /** Of the messages up to this seq none is missing, but those that the user hides. */
  upTo: number;
  /** Of the changes up to this one none is missing; unknown while no server has told. */
  change: number | undefined;
  /** Whether a `sync` has told of it. */
  synced: boolean;
}

/** An older version does not say it. */
export const revOf = ({ rev }: Partial<Pick<Message, 'rev'>>): number => rev ?? -1;

export function take({ messages }: HeldChat, message: Message): void {
  const held = messages.get(message.seq);
  if (!held || revOf(message) > revOf(held)) messages.set(message.seq, message);
}

/** A new message. Answers whether there is a gap before it. */
export function hear(chat: HeldChat, message: Message): boolean {
  take(chat, message);
  while (chat.messages.has(chat.upTo + 1)) chat.upTo++;
  return chat.upTo < message.seq;
}

/** A changed message. Answers whether changes before it are missing. */
export function changeIn(chat: HeldChat, change: number, message: Message): boolean {
  take(chat, message);
  if (chat.change === undefined) return false;
  if (change === chat.change + 1) chat.change = change;
  return change > chat.change;
}
