import type { ChatType, Receipt, Role } from '../domain/model.js';

/** Who stands how to a chat: `former` was in it and left. */
export type Standing = Role | 'former' | 'outsider';

/** Who is in which chat, in what role, and how far each has received and read. */
export interface MemberStore {
  /** Undefined when there is no such chat. */
  standing(chatId: string, userId: string): Promise<{ type: ChatType; standing: Standing } | undefined>;
  /**
   * For each, whom of the chat's members these user names mean, by name: both in lower case. `all` means EVERYBODY, where the sender
   * is the owner or an admin, and else nobody.
   */
  mentionable(
    asked: readonly { chatId: string; senderId: string; names: readonly string[] }[],
  ): Promise<readonly ReadonlyMap<string, string>[]>;
  /** The ones among `others` who share a chat with the user. */
  sharing(userId: string, others: readonly string[]): Promise<readonly string[]>;
  /** The ones among `others` whose presence the user may see: they share a group, or a direct chat in which the other has written. */
  visible(userId: string, others: readonly string[]): Promise<readonly string[]>;
  /** The ones among `others` who have never written in any chat that they and the user are in now. */
  strangers(userId: string, others: readonly string[]): Promise<readonly string[]>;
  /**
   * Puts the user into the group, up to date (their watermarks stand at the last seq). `already`: was in it.
   * `left`: went by their own act, and is not put back by others.
   * `full`: LIMITS.groupMembers reached. `no-user`: no such user. `not-a-group`: a direct chat.
   */
  add(
    chatId: string,
    userId: string,
    at: string,
  ): Promise<'added' | 'already' | 'left' | 'full' | 'no-user' | 'not-a-group'>;
  /**
   * Takes the user out. When the owner goes, the oldest admin, else the oldest member, becomes owner (`newOwner`).
   * `removed` is false when the user was not in it. `byChoice`: they leave by their own act, and are not sent away.
   */
  remove(
    chatId: string,
    userId: string,
    at: string,
    byChoice: boolean,
  ): Promise<{ removed: boolean; newOwner?: string }>;
  /** False when the user is not in the chat, or is its owner. */
  setRole(chatId: string, userId: string, role: 'admin' | 'member'): Promise<boolean>;
  /** Moves read watermarks forward, never past the last seq; the ones that moved, with where they stand now. Delivered moves along. */
  markRead(marks: readonly { chatId: string; userId: string; seq: number }[]): Promise<readonly Omit<Receipt, 'at'>[]>;
  markDelivered(
    marks: readonly { chatId: string; userId: string; seq: number }[],
  ): Promise<readonly Omit<Receipt, 'at'>[]>;
}
