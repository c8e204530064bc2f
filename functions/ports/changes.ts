import type { Alteration, Reactor, Version } from '../domain/change.js';
import type { Refusal } from '../domain/decide.js';
import type { Message } from '../domain/model.js';

export interface Changed {
  /** As its row is after all of them, whatever became of this change; absent where there is none. */
  readonly message?: Message;
  /** The number that it took in its chat; 0 where it changed nothing. */
  readonly change: number;
  /** The message's `rev` before all of them. */
  readonly was?: number;
  readonly refused?: Refusal;
}

/**
 * What becomes of messages after they are stored. To who hides a message from themselves it is not there, nor to who is not in
 * the chat at the moment of reading.
 */
export interface ChangeStore {
  /**
   * Carries out the changes in the order given, for an answer to each. Rights are decided under the locks of the chats, and of
   * the media that are named: what no message and no draft names any more is gone with the change that took its last name away.
   * Numbers are dense in each chat; changes of one message share one. All of them or, when it rejects, none.
   */
  apply(changes: readonly Alteration[]): Promise<readonly Changed[]>;
  /** By user and emoji, `after` a given one; none of a message that was deleted. Undefined where there is no such message. */
  reactors(
    place: { chatId: string; seq: number },
    viewerId: string,
    page: { limit: number; after?: { userId: string; emoji: string } },
  ): Promise<readonly Reactor[] | undefined>;
  /**
   * What the message said, oldest first, and says now; as many of the newest as come to ANSWER_BYTES. Undefined where
   * there is no such message, where it was deleted, and where its chat keeps no versions.
   */
  versions(place: { chatId: string; seq: number }, viewerId: string): Promise<readonly Version[] | undefined>;
  /**
   * The pinned messages with `mine` of the viewer, the newest pin first; as many as come to ANSWER_BYTES. Undefined where the
   * viewer is not in the chat.
   */
  pins(chatId: string, viewerId: string): Promise<readonly Message[] | undefined>;
}
