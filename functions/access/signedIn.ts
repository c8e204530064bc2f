/** Whether a caller's session still stands. */
import type { Caller } from 'function-runtime';
import { Failure } from 'function-runtime';
import { room } from '../domain/names.js';
import { isoTime } from '../domain/time.js';
import type { Ports } from '../ports/index.js';

/**
 * Rejects with `unauthorized` when the caller's session has ended. A live connection that is in its session's room, beyond
 * doubt, has one; of any other caller the database is asked.
 */
export async function signedIn(
  { sessions }: Pick<Ports, 'sessions'>,
  { userId, sessionId, connection }: Caller,
  now: number,
): Promise<void> {
  if (connection?.inRoom(room.session(sessionId))) return;
  if (await sessions.active(sessionId, userId, isoTime(now))) return;
  throw new Failure('unauthorized', 'this session has ended: sign in again');
}
