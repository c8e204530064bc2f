import type { Message } from '../domain/model.js';

export interface NewMessage {
  readonly id: string;
  readonly chatId: string;
  readonly clientId: string;
  readonly senderId: string;
  readonly body: string;
  readonly replyTo: string | null;
  readonly sentAt: string;
}

export interface SyncedChat {
  readonly chatId: string;
  readonly messages: readonly Message[];
  readonly lastSeq: number;
  /** By member: everything up to this seq is read. */
  readonly readSeqs: Readonly<Record<string, number>>;
  /** There are more messages after these. */
  readonly more: boolean;
}

/** The history of all chats: append only, seqs 1…N without holes, one row a (chat, sender, clientId). */
export interface MessageStore {
  /**
   * Stores the messages in the order given. Each moves its sender's watermarks from seq - 1 to seq where they stand
   * there, and leaves them otherwise: what the sender has not seen does not become read. An answer for each, in
   * order: the stored row, which is the first one's when (chat, sender, clientId) was there already, or why it can
   * never be stored. All of them or, when it rejects (Failure `unavailable`), none.
   */
  append(messages: readonly NewMessage[]): Promise<readonly (Message | { refused: 'no-chat' | 'never-a-member' })[]>;
  /** Ascending by seq. With `after` the oldest of the later ones, with `before` or neither the newest of the earlier ones. */
  page(chatId: string, range: { before?: number; after?: number; limit: number }): Promise<readonly Message[]>;
  /**
   * Every chat that the user is in, with what comes after the cursor (0 where none is given): at most `limit`
   * messages a chat and LIMITS.syncMessages in all. `unknown`: the named chats that the user is not in.
   */
  sync(
    userId: string,
    cursors: Readonly<Record<string, number>>,
    limit: number,
  ): Promise<{ chats: readonly SyncedChat[]; unknown: readonly string[] }>;
}
