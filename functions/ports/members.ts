import type { ChatType, Receipt, Role } from '../domain/model.js';

/** Who stands how to a chat: `former` was in it and left. */
export type Standing = Role | 'former' | 'outsider';

/** Who is in which chat, in what role, and how far each has received and read. */
export interface MemberStore {
  /** Undefined when there is no such chat. */
  standing(chatId: string, userId: string): Promise<{ type: ChatType; standing: Standing } | undefined>;
  /** Whether the two are members of one chat at this moment. */
  shareChat(userId: string, otherId: string): Promise<boolean>;
  /** The ones among `others` who share a chat with the user. */
  sharing(userId: string, others: readonly string[]): Promise<readonly string[]>;
  /**
   * Puts the user into the group, up to date (their watermarks stand at the last seq). `already`: was in it.
   * `full`: LIMITS.groupMembers reached. `no-user`: no such user. `not-a-group`: a direct chat.
   */
  add(chatId: string, userId: string, at: string): Promise<'added' | 'already' | 'full' | 'no-user' | 'not-a-group'>;
  /**
   * Takes the user out. When the owner goes, the oldest admin, else the oldest member, becomes owner (`newOwner`).
   * `removed` is false when the user was not in it.
   */
  remove(chatId: string, userId: string, at: string): Promise<{ removed: boolean; newOwner?: string }>;
  /** False when the user is not in the chat, or is its owner. */
  setRole(chatId: string, userId: string, role: 'admin' | 'member'): Promise<boolean>;
  /** Moves read watermarks forward, never past the last seq; the ones that moved, with where they stand now. Delivered moves along. */
  markRead(marks: readonly { chatId: string; userId: string; seq: number }[]): Promise<readonly Omit<Receipt, 'at'>[]>;
  markDelivered(
    marks: readonly { chatId: string; userId: string; seq: number }[],
  ): Promise<readonly Omit<Receipt, 'at'>[]>;
}
