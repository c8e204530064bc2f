/** From an access token to the caller: the token must be ours and unexpired, and its session not signed out. */

import type { Caller } from '../../runtime/contract/caller.js';
import { Failure } from '../../runtime/contract/failure.js';
import { isId } from '../domain/id.js';
import { isoTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

export async function authenticate(
  { tokens, sessions }: Pick<Ports, 'tokens' | 'sessions'>,
  bearer: string,
  now: number,
): Promise<Caller> {
  const { userId, sessionId, expiresAt } = await tokens.verify(bearer, now);
  const ours = isId(userId) && isId(sessionId);
  if (!ours || !(await sessions.active(sessionId, userId, isoTime(now)))) {
    throw new Failure('unauthorized', 'this session has ended: sign in again');
  }
  return { userId, sessionId, expiresAt };
}
