/** Whether one user is online. */
import { single } from '../define.js';
import { PresenceOf } from '../domain/model.js';
import { presenceOf } from '../domain/presence.js';
import { strictObject, UserId } from '../domain/text.js';

export const getPresence = single({
  name: 'getPresence',
  access: 'acquaintance',
  needs: ['presence', 'users'],
  summary: 'Returns the presence of one user.',
  input: strictObject({ userId: UserId }),
  output: { ok: PresenceOf },
  async handle(context, { data: { userId } }) {
    const [reply] = await presenceOf(context, [userId]);
    return reply ? { reply } : {};
  },
});
