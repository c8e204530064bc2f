/** Keeps a live connection past the end of its access token. A connection never changes hands: same user, same session. */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { authenticate } from '../access/authenticate.js';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { AccessToken } from '../domain/session.js';
import { strictObject, Time } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const renewToken = single({
  name: 'renewToken',
  access: 'user',
  needs: ['tokens', 'sessions'],
  summary: 'Replaces the access token of a live connection with a newer one of the same session.',
  input: strictObject({ token: AccessToken }),
  output: { ok: Type.Object({ expiresAt: Time }) },
  refuses: ['unauthorized', 'forbidden'],
  async handle(context, { data }) {
    const caller = callerOf(context);
    const { userId, sessionId, expiresAt } = await authenticate(context.ports, data.token, context.now);
    if (userId !== caller.userId || sessionId !== caller.sessionId) {
      throw new Failure('forbidden', 'this token belongs to another session: connect anew with it');
    }
    return { reply: { expiresAt: isoTime(expiresAt) }, caller: { ...caller, expiresAt } };
  },
});
