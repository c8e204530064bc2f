/** Opens an account and signs its first device in. A device that dies half-way may sign in instead. */
import Type from 'typebox';
import { single } from '../define.js';
import { canonicalEmail, DisplayName, Email, Password, Username, usernameFor } from '../domain/account.js';
import { RATES } from '../domain/limits.js';
import { SignedIn, startSession } from '../domain/session.js';
import { exactly } from '../domain/text.js';
import { isoTime } from '../domain/time.js';

export const register = single({
  name: 'register',
  access: 'public',
  needs: ['users', 'sessions', 'passwords', 'tokens'],
  limits: [RATES.signUp],
  summary: 'Opens an account and signs in; conflict when the e-mail address or the user name is taken.',
  input: exactly({
    email: Email,
    password: Password,
    username: Type.Optional(Username),
    displayName: Type.Optional(DisplayName),
  }),
  output: { created: SignedIn },
  refuses: ['conflict'],
  async handle(context, { data }) {
    const { now, newId, ports } = context;
    const id = newId();
    const email = canonicalEmail(data.email);
    const username = data.username ?? usernameFor(id);
    const user = await ports.users.create({
      id,
      email,
      username,
      displayName: data.displayName ?? username,
      passwordHash: await ports.passwords.hash(data.password),
      createdAt: isoTime(now),
    });
    return { status: 'created', reply: { user, ...(await startSession(context, user.id, null)) } };
  },
});
