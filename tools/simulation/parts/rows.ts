/** The rows of the simulated database. */
import type { Change } from '#functions/domain/change.js';
import type { Message, Role } from '#functions/domain/model.js';

export interface Membership {
  role: Role;
  readonly joined: number;
  left: boolean;
  readSeq: number;
  deliveredSeq: number;
}

/** What a message was from some time on, as the statement left it that stored or changed it. */
export interface Version {
  readonly at: number;
  readonly message: Message;
  /** Those that took its number, in their order. */
  readonly changes: readonly Change[];
}

export interface StoredChat {
  readonly id: string;
  readonly messages: Message[];
  readonly members: Map<string, Membership>;
  lastChange: number;
  /** By seq, in the order in which they were put there. */
  readonly reactions: Map<number, { readonly userId: string; readonly emoji: string }[]>;
  /** By who edited, and under which name: which message it was. */
  readonly edits: Map<string, number>;
  /** When each message was deleted, by its seq. */
  readonly deletions: Map<number, number>;
  /** Everything that was committed, in that order: for the oracle alone. */
  readonly log: Version[];
}

export const newChat = (id: string, members: StoredChat['members']): StoredChat => ({
  ...{ id, members, messages: [], lastChange: 0 },
  ...{ reactions: new Map(), edits: new Map(), deletions: new Map(), log: [] },
});
