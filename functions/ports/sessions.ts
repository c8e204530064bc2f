import type { Session } from '../domain/model.js';

/**
 * The devices signed in. A refresh token is exchanged for a successor. It stays good, for another successor, until one of
 * its successors is itself exchanged: so neither an answer that was lost nor several tabs that refresh at once sign
 * anybody out. Successors of one token are good side by side, each with successors of its own.
 */
export interface SessionStore {
  create(session: {
    id: string;
    userId: string;
    device: string | null;
    refreshDigest: string;
    createdAt: string;
    expiresAt: string;
    /** A digest of the network that the device is in; null where it is not known. */
    network: string | null;
  }): Promise<void>;
  /**
   * Exchanges a refresh token for the next one. `unknown`: no such token, or it is past its end, or its session is
   * revoked. `reused`: a successor of it was exchanged before, so it is in two hands; the session is revoked, by this call
   * or before. Of a session's tokens that were given and not exchanged the newest 32 are good, and of its used
   * ones the newest 3,000 are known; older ones become unknown.
   */
  rotate(use: {
    digest: string;
    nextDigest: string;
    now: string;
    expiresAt: string;
    network: string | null;
  }): Promise<
    | { result: 'rotated'; sessionId: string; userId: string }
    | { result: 'reused'; sessionId: string; userId: string }
    | { result: 'unknown' }
  >;
  /** Whether this user has this session, and it is neither revoked nor past its end. */
  active(sessionId: string, userId: string, now: string): Promise<boolean>;
  /** Whether a session of this user that is remembered, signed out or not, was last in this network. */
  knownIn(userId: string, network: string): Promise<boolean>;
  /** Whether this refresh token was given to a session of this user that is remembered, signed out or not. */
  knownOn(userId: string, digest: string): Promise<boolean>;
  list(userId: string, now: string): Promise<readonly Session[]>;
  /** Ends the session, unless it has ended. False when the user has no such session. */
  revoke(sessionId: string, userId: string, now: string): Promise<boolean>;
}
