/** Opens an account and signs its first device in. A device that dies half-way may sign in instead. */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { single } from '../define.js';
import { canonicalEmail, DisplayName, Email, Password, Username, usernameFor } from '../domain/account.js';
import { RATES } from '../domain/limits.js';
import { canonicalPassword, checkPassword } from '../domain/password.js';
import { SignedIn, startSession } from '../domain/session.js';
import { strictObject } from '../domain/text.js';
import { isoTime } from '../domain/time.js';
import { visibleName } from '../domain/visible.js';

export const register = single({
  name: 'register',
  access: 'public',
  needs: ['users', 'sessions', 'passwords', 'tokens', 'registration'],
  limits: [RATES.signUp, RATES.signUpHourly],
  summary: 'Creates an account and signs in. 409 when the e-mail address or the username is taken.',
  input: strictObject({
    email: Email,
    password: Password,
    username: Type.Optional(Username),
    displayName: Type.Optional(DisplayName),
  }),
  output: { created: SignedIn },
  refuses: ['forbidden', 'conflict'],
  async handle(context, { data }) {
    const { now, newId, ports } = context;
    const { users, passwords } = ports;
    const mode = ports.registration.mode();
    if (mode !== 'open' && !(await users.isEmpty())) throw new Failure('forbidden', CLOSED[mode]);
    const id = newId();
    const email = canonicalEmail(data.email);
    const username = data.username ?? usernameFor(id);
    const displayName =
      data.displayName === undefined ? username : visibleName(data.displayName, '/displayName', 'the display name');
    const password = canonicalPassword(data.password);
    await checkPassword(password, { email, username, displayName }, passwords.isCommon);
    const passwordHash = await passwords.hash(password);
    const account = { id, email, username, displayName, passwordHash, createdAt: isoTime(now) };
    const user = mode === 'open' ? await users.create(account) : await users.createFirst(account);
    if (!user) throw new Failure('forbidden', CLOSED[mode === 'open' ? 'closed' : mode]);
    return { status: 'created', reply: { user, ...(await startSession(context, user.id)) } };
  },
});

const CLOSED = {
  invite: 'signing up here needs an invitation',
  closed: 'signing up is closed here: ask those who run this server for an account',
};
