import type { NotifyLevel, OwnState } from '../domain/model.js';

/** What is given is set; null unsets it. Times are ISO 8601 UTC. */
export interface OwnStateChange {
  readonly mutedUntil?: string | null;
  readonly notify?: NotifyLevel;
  readonly archived?: boolean;
  readonly pinned?: boolean;
  /** The later `at` wins; one without text, `replyTo` and media is none. Null gives up whatever there is. */
  readonly draft?: {
    readonly body: string;
    readonly replyTo?: string;
    readonly media?: readonly string[];
    readonly at: string;
  } | null;
}

/** Of a chat, both inclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * What a user's chats are to themselves, on all their devices. Each change takes the user's next number, dense and in the
 * order in which changes take effect; what changes nothing takes none, and is answered with the row as it is. A row is told with
 * what is hidden by its number, so that who holds the number knows all of it. Answers are undefined where the user is not in
 * the chat; who comes back into one is told its row again, by a new number.
 */
export interface OwnStateStore {
  /** Throws Failure `invalid` or `conflict`, naming the place, where the draft names media that are not the user's own, or not whole. */
  update(userId: string, chatId: string, change: OwnStateChange, now: string): Promise<OwnState | undefined>;
  /**
   * Hides messages of the chat from the user, up to its last one at most. The answer's `hidden` has the stretch that they
   * are in now. `unknown`: it begins above the last message. `full`: it would be one stretch more than
   * LIMITS.hiddenStretches that touch no other.
   */
  hide(userId: string, chatId: string, stretch: Stretch): Promise<OwnState | 'unknown' | 'full' | undefined>;
  /** The rows of these members, of those who are in the chat and have changed something, in any order. */
  of(
    members: readonly { readonly chatId: string; readonly userId: string }[],
  ): Promise<readonly { readonly userId: string; readonly state: OwnState }[]>;
  /**
   * The rows whose number is above this one, ascending by it, each as it is now: at most LIMITS.syncOwnStates and
   * ANSWER_BYTES. `note`: the number that the user has everything up to when they have these. `reset`: the number was
   * above the user's last one, which only a database has that was set back: the rows are those from the start.
   */
  since(
    userId: string,
    note: number,
  ): Promise<{ note: number; chats: readonly OwnState[]; more: boolean; reset?: true }>;
}
