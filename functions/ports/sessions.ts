import type { Session } from '../domain/model.js';

/** The devices signed in. A session has one valid refresh token at a time, and remembers the digests of the used ones. */
export interface SessionStore {
  create(session: {
    id: string;
    userId: string;
    device: string | null;
    refreshDigest: string;
    createdAt: string;
    expiresAt: string;
  }): Promise<void>;
  /**
   * Exchanges the refresh token for the next one. `unknown`: no such token, or it is past its end, or its session is
   * revoked. `reused`: it was exchanged before; the session is revoked by this call. Of two calls at once with the
   * same token exactly one gets `rotated`.
   */
  rotate(use: {
    digest: string;
    nextDigest: string;
    now: string;
    expiresAt: string;
  }): Promise<
    | { result: 'rotated'; sessionId: string; userId: string }
    | { result: 'reused'; sessionId: string; userId: string }
    | { result: 'unknown' }
  >;
  /** Whether this user has this session, and it is neither revoked nor past its end. */
  active(sessionId: string, userId: string, now: string): Promise<boolean>;
  list(userId: string, now: string): Promise<readonly Session[]>;
  /** False when the user has no such session that is active. */
  revoke(sessionId: string, userId: string, now: string): Promise<boolean>;
}
