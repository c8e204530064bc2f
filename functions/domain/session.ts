/** How a session begins and goes on: the tokens that a device holds, and how long they are good for. */
import type { Context } from '../../runtime/contract/function.js';
import type { Ports } from '../ports/index.js';
import { isoTime } from './time.js';

/** What a device signs in for. `expiresIn` is the access token's, in seconds. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

/** A session ends 30 days after it was last refreshed. */
export const sessionEnd = (now: number): string => isoTime(now + SESSION_MS);

/** Signs a device in. */
export async function startSession(
  { now, newId, ports }: Context<Pick<Ports, 'sessions' | 'tokens'>>,
  userId: string,
  device: string | null,
): Promise<Grant> {
  const sessionId = newId();
  const refreshToken = ports.tokens.refreshToken();
  await ports.sessions.create({
    id: sessionId,
    userId,
    device,
    refreshDigest: ports.tokens.digest(refreshToken),
    createdAt: isoTime(now),
    expiresAt: sessionEnd(now),
  });
  const { token, expiresIn } = await ports.tokens.issue({ userId, sessionId }, now);
  return { accessToken: token, refreshToken, expiresIn };
}
