/**
 * Signs the calling device out. When it answers, the session's tokens are refused and its live connections closed. It may
 * be repeated with a token of the session that has ended: whoever was told `unavailable` tries until it is done.
 */
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { room } from '../domain/names.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const logout = single({
  name: 'logout',
  access: 'holder',
  needs: ['sessions'],
  summary: "Ends the caller's session and closes its connections everywhere. Safe to repeat.",
  input: strictObject({}),
  async handle(context) {
    const { userId, sessionId } = callerOf(context);
    await context.ports.sessions.revoke(sessionId, userId, isoTime(context.now));
    return { emit: [{ close: room.session(sessionId) }] };
  },
});
