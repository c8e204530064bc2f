/** Who of several people is online. */
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { PresenceOf } from '../domain/model.js';
import { LIMITS } from '../domain/names.js';
import { presenceOf } from '../domain/presence.js';
import { exactly, UserId } from '../domain/text.js';

export const lookupPresence = single({
  name: 'lookupPresence',
  access: 'user',
  needs: ['members', 'presence', 'users'],
  limits: [RATES.read],
  summary: 'Answers the presence of those among the users who share a chat with the caller; the others are left out.',
  input: exactly({ userIds: Type.Array(UserId, { maxItems: LIMITS.presenceUsers }) }),
  output: { ok: Type.Object({ presence: Type.Array(PresenceOf) }) },
  async handle(context, { data }) {
    const { userId } = callerOf(context);
    const asked = [...new Set(data.userIds)];
    const sharing = new Set(
      await context.ports.members.sharing(
        userId,
        asked.filter(id => id !== userId),
      ),
    );
    const visible = asked.filter(id => id === userId || sharing.has(id));
    return { reply: { presence: await presenceOf(context, visible) } };
  },
});
