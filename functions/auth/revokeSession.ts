/**
 * Signs one of the caller's devices out, this one or another, and does so again for one that is signed out. Other people's
 * sessions do not exist for the caller.
 */
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { room } from '../domain/names.js';
import { SessionId, strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const revokeSession = single({
  name: 'revokeSession',
  access: 'revoker',
  needs: ['sessions'],
  summary: "Ends one of the caller's sessions and closes its connections everywhere. Safe to repeat.",
  input: strictObject({ sessionId: SessionId }),
  refuses: ['not_found'],
  async handle(context, { data: { sessionId } }) {
    const { userId } = callerOf(context);
    const theirs = await context.ports.sessions.revoke(sessionId, userId, isoTime(context.now));
    if (!theirs) throw new Failure('not_found', 'no such session');
    return { emit: [{ close: room.session(sessionId) }] };
  },
});
