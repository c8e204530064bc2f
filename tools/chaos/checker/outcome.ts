/** How things are when everything is over, as it was read over REST, and in the database where there is one to ask. */
import type { Message } from '#support/shapes.js';

/** By chat, as somebody reads it who hides nothing; without `mine`. */
export type History = ReadonlyMap<string, readonly Message[]>;

/** What one member reads of a chat. */
export interface View {
  readonly userId: string;
  readonly chatId: string;
  readonly messages: readonly Message[];
}

/** A number that a change was given. */
export interface Numbered {
  readonly chatId: string;
  readonly seq: number;
  readonly rev: number;
}

/** What the database says. */
export interface Numbers {
  readonly given: readonly Numbered[];
  /** By chat. */
  readonly last: ReadonlyMap<string, number>;
  /** What it still has of messages that were deleted. */
  readonly remains: readonly string[];
}

export interface Reacted {
  readonly chatId: string;
  readonly seq: number;
  readonly reactions: readonly { readonly userId: string; readonly emoji: string }[];
}

export interface Outcome {
  readonly history: History;
  readonly views: readonly View[];
  /** By chat, the newest pin first. */
  readonly pins: History;
  /** Who reacted to the messages that say that somebody did. */
  readonly reacted: readonly Reacted[];
  /** By chat, whoever was in it at any time. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  readonly numbers?: Numbers | undefined;
  /** Of files, when all that nobody wants has been swept away, what should not be so. */
  readonly left?: readonly string[] | undefined;
}
