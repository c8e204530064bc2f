import type { Person, Profile } from '../domain/model.js';

interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly createdAt: string;
}

/** The people. E-mail addresses and user names are unique without regard to case. */
export interface UserStore {
  /** Rejects with Failure `conflict`, naming `/email` or `/username`, when it is taken. */
  create(user: NewUser): Promise<Profile>;
  /** The same for the first account, undefined when there is one already. Of several at once one is the first. */
  createFirst(user: NewUser): Promise<Profile | undefined>;
  /** Whether there is no account at all. */
  isEmpty(): Promise<boolean>;
  /** Puts another hash of the same password in the place of this one, if it is still there. */
  rehash(userId: string, from: string, to: string): Promise<void>;
  /** For signing in. */
  credentials(email: string): Promise<{ profile: Profile; passwordHash: string } | undefined>;
  profile(userId: string): Promise<Profile | undefined>;
  /** Only the members given are changed. Conflict as in `create`. */
  update(userId: string, change: { username?: string; displayName?: string }): Promise<Profile | undefined>;
  /** By a part of the user name or display name, without regard to case; best first, 20 at most; never the asker. */
  search(query: string, askerId: string): Promise<readonly Person[]>;
  /** The ones among these ids who share a chat with the asker at this moment, in any order. */
  named(askerId: string, userIds: readonly string[]): Promise<readonly Person[]>;
  /** The ones among these ids that exist. */
  existing(userIds: readonly string[]): Promise<readonly string[]>;
  /** When each was last seen; users never seen are left out. */
  lastSeen(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Moves forward only. */
  setLastSeen(userId: string, at: string): Promise<void>;
}
