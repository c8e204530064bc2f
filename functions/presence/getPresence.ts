/** Whether one user is online. */
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { unacquainted } from '../domain/inside.js';
import { PresenceOf } from '../domain/model.js';
import { presenceShownTo } from '../domain/presence.js';
import { strictObject, UserId } from '../domain/text.js';

export const getPresence = single({
  name: 'getPresence',
  access: 'acquaintance',
  needs: ['members', 'presence', 'users'],
  summary: 'Returns the presence of one user.',
  input: strictObject({ userId: UserId }),
  output: { ok: PresenceOf },
  refuses: ['forbidden'],
  async handle(context, { data: { userId } }) {
    const [reply] = await presenceShownTo(callerOf(context).userId, context, [userId]);
    if (!reply) throw unacquainted();
    return { reply };
  },
});
