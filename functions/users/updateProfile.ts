/** Changes how the caller is called; what is left out stays as it is. */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { callerOf } from '../access/caller.js';
import { single } from '../define.js';
import { DisplayName, Username } from '../domain/account.js';
import { Profile } from '../domain/model.js';
import { strictObject } from '../domain/text.js';
import { visibleName } from '../domain/visible.js';

export const updateProfile = single({
  name: 'updateProfile',
  access: 'user',
  needs: ['users'],
  summary: 'Updates the username or display name of the caller. 409 when the username is taken.',
  input: strictObject({ username: Type.Optional(Username), displayName: Type.Optional(DisplayName) }),
  output: { ok: Profile },
  refuses: ['not_found', 'conflict'],
  async handle(context, { data }) {
    if (data.username === undefined && data.displayName === undefined) {
      const message = 'give a username, a displayName, or both';
      throw new Failure('invalid', message, { errors: [{ path: '', message }] });
    }
    const { username, displayName } = data;
    const reply = await context.ports.users.update(callerOf(context).userId, {
      ...(username !== undefined && { username }),
      ...(displayName !== undefined && { displayName: visibleName(displayName, '/displayName', 'the display name') }),
    });
    if (!reply) throw new Failure('not_found', 'this account no longer exists');
    return { reply };
  },
});
