import type { Entity } from '../domain/entities.js';
import type { ForwardedFrom, Message } from '../domain/model.js';

export interface NewMessage {
  readonly id: string;
  readonly chatId: string;
  readonly clientId: string;
  readonly senderId: string;
  readonly body: string;
  readonly replyTo: string | null;
  readonly sentAt: string;
  /** When the sender's draft was written that it was made of. */
  readonly draftAt?: string;
  /** Resolved: see `resolveMentions`. */
  readonly entities?: readonly Entity[];
  readonly forwardedFrom?: ForwardedFrom;
  /** The sender's own uploads; of a copy, what its source names. */
  readonly mediaIds?: readonly string[];
  /** It is to be a copy of the body, the entities and the media of this message. */
  readonly forward?: { readonly chatId: string; readonly seq: number };
}

/**
 * Why a message cannot be copied. `no-source`: the sender is not in the chat, or may not see such a message there.
 * `no-forwards`: the chat keeps its messages to itself.
 */
export type ForwardRefusal = 'no-source' | 'no-forwards' | 'source-deleted';

/** `no-media`: it is none of the sender's, or none any more. `media-unfinished`: its upload is not whole yet. */
type MediaRefusal = 'no-media' | 'media-unfinished';

export type AppendRefusal = 'no-chat' | 'never-a-member' | ForwardRefusal | MediaRefusal;

/** What a client holds of a chat: everything up to a seq, and to a change; as of the present one where that is not said. */
export type Held = number | { readonly seq: number; readonly change?: number };

export interface SyncedChat {
  readonly chatId: string;
  readonly messages: readonly Message[];
  /** Those up to the cursor's seq that have changed since, each once, as they are now, ascending by rev. */
  readonly changed: readonly Message[];
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly lastChange: number;
  /**
   * The change that is held when all of this is applied. Where the cursor has a change, it is below any later one of a
   * message that is left out here.
   */
  readonly changeUpto: number;
  /** By member: everything up to this seq is read. All members, or the user alone where there was no room for all. */
  readonly readSeqs: Readonly<Record<string, number>>;
  /** There are more messages after these, or more of those have changed. */
  readonly more: boolean;
  /** The cursor was above `lastSeq`, which only a database has that was set back: the messages are those from the start. */
  readonly reset?: true;
}

/** The history of all chats: append only, seqs 1…N without holes, one row a (chat, sender, clientId). */
export interface MessageStore {
  /**
   * Stores the messages in the order given. Each moves its sender's watermarks from seq - 1 to seq where they stand
   * there, and leaves them otherwise: what the sender has not seen does not become read. A draft of the sender's that was
   * not written after `draftAt` is gone, and none that was comes back. Whom it mentions has a mention more, if they are in
   * the chat. Media that it names are not gone as long as it does. An answer for each, in order: the stored row, which is the first one's when (chat, sender, clientId) was
   * there already, or why it can never be stored (`at`: which of its media). All of them or, when it rejects (Failure `unavailable`), none.
   */
  append(messages: readonly NewMessage[]): Promise<readonly (Message | { refused: AppendRefusal; at?: number })[]>;
  /**
   * As this user sees it: without what they hide from themselves. Ascending by seq. With `after` the oldest of the later ones, with `before` or neither the newest of the earlier ones.
   * Fewer than `limit` where they would come to more than ANSWER_BYTES; never none where there are some. With `mine`.
   * Undefined where the user is not in the chat at the moment of reading.
   */
  page(
    chatId: string,
    userId: string,
    range: { before?: number; after?: number; limit: number },
  ): Promise<readonly Message[] | undefined>;
  /**
   * Every chat that the user is in, with what comes after the cursor (0 where none is given, or where it is above the
   * chat's last seq or change: then from the first change on): at most `limit` messages a chat, LIMITS.syncMessages and
   * ANSWER_BYTES in all. At most LIMITS.syncChats, those in which something is missing first; `more`: in some that are left
   * out something is missing.
   * `unknown`: the named chats that the user is not in.
   */
  sync(
    userId: string,
    cursors: Readonly<Record<string, Held>>,
    limit: number,
  ): Promise<{ chats: readonly SyncedChat[]; unknown: readonly string[]; more?: true }>;
}
