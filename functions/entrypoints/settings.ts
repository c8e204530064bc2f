/** The variables of Mini-Telegram's own. */
import { oneOf, optional, type ValuesOf } from 'function-runtime';
import { readPrivateKey, readPublicKeys } from './signing-keys.js';

export const settings = {
  /** Who may sign up. `invite` needs an invitation. The first account can always be made. */
  registration: { env: 'REGISTRATION', default: 'open', format: oneOf(['open', 'invite', 'closed']) },
  jwtPrivateKeyPem: { env: 'JWT_PRIVATE_KEY_PATH', default: '', format: optional(readPrivateKey) },
  /** Keys whose tokens are good as well. */
  jwtPublicKeyPems: { env: 'JWT_PUBLIC_KEYS_PATH', default: '', format: optional(readPublicKeys) },
};

export type Settings = ValuesOf<typeof settings>;
