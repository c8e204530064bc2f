import type { Chat, ChatType } from '../domain/model.js';

/** Members who have equally much unread, as many mentions, and the same last message that they do not hide from themselves. */
export interface Readers extends Pick<Chat, 'unread' | 'mentions' | 'lastMessage'> {
  readonly userIds: readonly string[];
}

/** Chats as one of their members sees them; `unread` and `memberCount` are counted at the time of the call. */
export interface ChatStore {
  /** `memberIds` with the owner first; in a direct chat both are plain members. A direct chat that the two already have is returned instead (`existed`). */
  create(chat: {
    id: string;
    type: ChatType;
    title: string | null;
    ownerId: string;
    memberIds: readonly string[];
    createdAt: string;
  }): Promise<{ chat: Chat; existed: boolean }>;
  /** With `members`, for this viewer; undefined when there is no such chat. The viewer need not be in it (unread is 0 then). */
  view(chatId: string, viewerId: string): Promise<Chat | undefined>;
  /**
   * The viewer's chats, newest activity first (last message, or creation), `after` the given place exclusive. Fewer than
   * `limit` where they come to more than ANSWER_BYTES, and then so many that they do.
   */
  list(
    viewerId: string,
    page: { limit: number; after?: { activeAt: string; id: string } },
  ): Promise<readonly { chat: Chat; activeAt: string }[]>;
  /** All members, those together to whom the chat is the same. */
  readersOf(chatId: string): Promise<readonly Readers[]>;
  /**
   * Changes what is given. What messages have kept of what they said before is forgotten where they are not to keep it.
   * False when there is no such chat, or it is a direct one.
   */
  update(chatId: string, change: { title?: string; noForwards?: boolean; keepVersions?: boolean }): Promise<boolean>;
  /** The chats that the user is in. */
  idsOf(userId: string): Promise<readonly string[]>;
  /** The chats in which the user's presence is told: their groups, and the direct chats in which they have written. */
  presenceIdsOf(userId: string): Promise<readonly string[]>;
  /** The direct chat of the two, when there is one. */
  direct(userId: string, otherId: string): Promise<string | undefined>;
}
