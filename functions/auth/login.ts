/** Signs a device in. Neither the answer nor the time it takes tells an unknown address from a wrong password. */
import Type from 'typebox';
import { Failure } from '../../runtime/contract/failure.js';
import { single } from '../define.js';
import { canonicalEmail, Device, Email, SAMPLE_PASSWORD } from '../domain/account.js';
import { RATES } from '../domain/limits.js';
import { SignedIn, startSession } from '../domain/session.js';
import { exactly, text } from '../domain/text.js';

export const login = single({
  name: 'login',
  access: 'public',
  needs: ['users', 'sessions', 'passwords', 'tokens'],
  limits: [RATES.signIn, RATES.signInFrom],
  summary: 'Signs a device in with an e-mail address and a password.',
  input: exactly({
    email: Email,
    password: text(1, 256, { examples: [SAMPLE_PASSWORD] }),
    device: Type.Optional(Device),
  }),
  output: { ok: SignedIn },
  refuses: ['unauthorized'],
  async handle(context, { data }) {
    const { users, passwords } = context.ports;
    const known = await users.credentials(canonicalEmail(data.email));
    const matches = await passwords.verify(known?.passwordHash, data.password);
    if (!known || !matches) throw new Failure('unauthorized', 'the e-mail address or the password is wrong');
    return {
      reply: { user: known.profile, ...(await startSession(context, known.profile.id, data.device ?? null)) },
    };
  },
});
