import type { Person, Profile } from '../domain/model.js';

/** The people. E-mail addresses and user names are unique without regard to case. */
export interface UserStore {
  /** Rejects with Failure `conflict`, naming `/email` or `/username`, when it is taken. */
  create(user: {
    id: string;
    email: string;
    username: string;
    displayName: string;
    passwordHash: string;
    createdAt: string;
  }): Promise<Profile>;
  /** For signing in. */
  credentials(email: string): Promise<{ profile: Profile; passwordHash: string } | undefined>;
  profile(userId: string): Promise<Profile | undefined>;
  /** Only the members given are changed. Conflict as in `create`. */
  update(userId: string, change: { username?: string; displayName?: string }): Promise<Profile | undefined>;
  /** By a part of the user name or display name, without regard to case; best first, 20 at most; never the asker. */
  search(query: string, askerId: string): Promise<readonly Person[]>;
  /** The ones among these ids that exist. */
  existing(userIds: readonly string[]): Promise<readonly string[]>;
  /** When each was last seen; users never seen are left out. */
  lastSeen(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Moves forward only. */
  setLastSeen(userId: string, at: string): Promise<void>;
}
