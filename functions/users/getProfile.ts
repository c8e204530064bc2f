/** What the caller sees of their own account. */
import { Failure } from 'function-runtime';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { Profile } from '../domain/model.js';
import { strictObject } from '../domain/text.js';

export const getProfile = single({
  name: 'getProfile',
  access: 'user',
  needs: ['users'],
  summary: 'Returns the profile of the caller.',
  input: strictObject({}),
  output: { ok: Profile },
  refuses: ['not_found'],
  async handle(context) {
    const reply = await context.ports.users.profile(callerOf(context).userId);
    if (!reply) throw new Failure('not_found', 'this account no longer exists');
    return { reply };
  },
});
