/**
 * Signs a device in. Neither the answer nor the time it takes tells an unknown address from a wrong password. Guesses are
 * limited; where the account was signed in before, those that others make elsewhere keep nobody out, and none at all keep
 * out a device that shows a refresh token it once had for the account.
 */

import { Failure } from 'function-runtime';
import Type from 'typebox';
import { single } from '../define.js';
import { canonicalEmail, Device, Email, ShownPassword } from '../domain/account.js';
import { RATES } from '../domain/limits.js';
import { canonicalPassword } from '../domain/password.js';
import { FormerToken, networkDigest, SignedIn, startSession } from '../domain/session.js';
import { strictObject } from '../domain/text.js';
import { visibleName } from '../domain/visible.js';

export const login = single({
  name: 'login',
  access: 'public',
  needs: ['users', 'sessions', 'passwords', 'tokens'],
  limits: [RATES.signIn, RATES.signInAnywhere, RATES.signInFrom, RATES.signInKnown],
  summary: 'Signs in with an e-mail address and a password.',
  input: strictObject({
    email: Email,
    password: ShownPassword,
    device: Type.Optional(Device),
    refreshToken: Type.Optional(FormerToken),
  }),
  output: { ok: SignedIn },
  refuses: ['unauthorized'],
  async knownBy({ ports: { users, sessions, tokens }, client }, { data }) {
    const known = await users.credentials(canonicalEmail(data.email));
    if (!known) return undefined;
    const { id } = known.profile;
    if (data.refreshToken !== undefined && (await sessions.knownOn(id, tokens.digest(data.refreshToken))))
      return 'device';
    const network = networkDigest(tokens, client);
    return network !== null && (await sessions.knownIn(id, network)) ? 'network' : undefined;
  },
  async handle(context, { data }) {
    const { users, passwords } = context.ports;
    const device = data.device === undefined ? undefined : visibleName(data.device, '/device', 'the device’s name');
    const known = await users.credentials(canonicalEmail(data.email));
    const canonical = canonicalPassword(data.password);
    let matches = await passwords.verify(known?.passwordHash, canonical);
    // Chosen before passwords were normalized.
    if (!matches && canonical !== data.password) {
      matches = await passwords.verify(known?.passwordHash, data.password);
      if (known && matches) await users.rehash(known.profile.id, known.passwordHash, await passwords.hash(canonical));
    }
    if (!known || !matches) throw new Failure('unauthorized', 'the e-mail address or the password is wrong');
    return { reply: { user: known.profile, ...(await startSession(context, known.profile.id, device)) } };
  },
});
