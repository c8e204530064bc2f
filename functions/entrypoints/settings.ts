/** The variables of Mini-Telegram's own. */
import { oneOf, optional, type ValuesOf, wholeNumber } from 'function-runtime';
import { readPrivateKey, readPublicKeys } from './signing-keys.js';

export const settings = {
  /** Who may sign up. `invite` needs an invitation. The first account can always be made. */
  registration: { env: 'REGISTRATION', default: 'open', format: oneOf(['open', 'invite', 'closed']) },
  /** How long senders may edit and delete what they sent, in seconds; 0: always. */
  editWindowS: { env: 'EDIT_WINDOW_S', default: String(48 * 3_600), format: wholeNumber(0, 100 * 366 * 86_400) },
  jwtPrivateKeyPem: { env: 'JWT_PRIVATE_KEY_PATH', default: '', format: optional(readPrivateKey) },
  /** Keys whose tokens are good as well. */
  jwtPublicKeyPems: { env: 'JWT_PUBLIC_KEYS_PATH', default: '', format: optional(readPublicKeys) },
};

export type Settings = ValuesOf<typeof settings>;
