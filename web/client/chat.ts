/** A chat as the client knows it: one plain value. What news makes of it is in `described.ts`, `arrivals.ts` and `watermarks.ts`. */
import type { History } from './history.js';
import type { Chat, Member, Role } from './shapes.js';

export interface ChatMember extends Omit<Member, 'role'> {
  /** Undefined until the chat was loaded with its members. */
  readonly role?: Role;
}

/** Of what is above `readSeq`, up to a seq. */
export interface Counted {
  readonly upTo: number;
  readonly count: number;
}

export interface ChatState extends Omit<Chat, 'members'> {
  /** The highest seq that is known to be given; above `history.upTo` something is missing. */
  readonly lastSeq: number;
  readonly members: Readonly<Record<string, ChatMember>>;
  /** Whether the roles of all members are known. */
  readonly complete: boolean;
  /** Whose state it is. */
  readonly userId: string;
  /** Up to where the user has read. */
  readonly readSeq: number;
  /** Whether that is certain. A list of chats tells what is unread only, which own messages above `readSeq` are not. */
  readonly certain: boolean;
  /**
   * Of the messages above `readSeq` and up to this seq so many do not count as unread, because they are the user's own or
   * were deleted, as of the cursor of changes: as the server counted by this change, and by each change that had its turn.
   */
  readonly quiet: Counted & { readonly change: number };
  readonly mentions: number;
  /** Of the messages above `readSeq` and up to this seq so many mention the user. */
  readonly mentioned: Counted;
  /** The cursor of changes: what is held is as it was after this one, or later. Undefined where the server counts none. */
  readonly change: number | undefined;
  /** The last change of a message that is not held. */
  readonly changedElsewhere: number;
  /** Counts the times that the history began anew: what was asked for before does not fit what is held since. */
  readonly era: number;
  readonly history: History;
}

/** How far a chat goes by now; without a change where the server counts none. */
export interface Extent {
  readonly lastSeq: number;
  readonly lastChange?: number | undefined;
  readonly readSeqs: Readonly<Record<string, number>>;
}

export const isBehind = ({ lastSeq, lastChange = 0, change, history }: ChatState): boolean =>
  lastSeq > history.upTo || (change !== undefined && lastChange > change);
