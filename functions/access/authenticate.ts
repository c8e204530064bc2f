/** From an access token to the caller: the token must be ours and unexpired, and its session signed in where the level asks for that. */

import type { Caller } from 'function-runtime';
import { Failure } from 'function-runtime';
import { isId } from '../domain/id.js';
import type { Ports } from '../ports/index.js';
import { type Access, signedOutToo } from './levels.js';
import { signedIn } from './signedIn.js';

export async function authenticate(
  { tokens, sessions }: Pick<Ports, 'tokens' | 'sessions'>,
  bearer: string,
  now: number,
  access: Access = 'user',
): Promise<Caller> {
  const { userId, sessionId, expiresAt } = await tokens.verify(bearer, now);
  if (!isId(userId) || !isId(sessionId)) throw new Failure('unauthorized', 'this token is not valid: sign in again');
  const caller = { userId, sessionId, expiresAt };
  if (!signedOutToo(access)) await signedIn({ sessions }, caller, now);
  return caller;
}
