/** Who of several people is online. */
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { RATES } from '../domain/limits.js';
import { PresenceOf } from '../domain/model.js';
import { LIMITS } from '../domain/names.js';
import { presenceShownTo } from '../domain/presence.js';
import { strictObject, UserId } from '../domain/text.js';

export const lookupPresence = single({
  name: 'lookupPresence',
  access: 'user',
  needs: ['members', 'presence', 'users'],
  limits: [RATES.read],
  summary:
    'Returns the presence of those users who share a group with the caller, or a direct chat in which they have written.',
  input: strictObject({ userIds: Type.Array(UserId, { maxItems: LIMITS.presenceUsers }) }),
  output: { ok: Type.Object({ presence: Type.Array(PresenceOf) }) },
  async handle(context, { data }) {
    const asked = [...new Set(data.userIds)];
    return { reply: { presence: await presenceShownTo(callerOf(context).userId, context, asked) } };
  },
});
