/** The variables of Mini-Telegram's own. */
import { networks, oneOf, onOff, optional, type ValuesOf, wholeNumber } from 'function-runtime';
import { parseS3Url } from 'function-runtime/drivers/blobs/s3-url';
import { MOST_BYTES } from '../domain/media.js';
import { mediaTypes } from './media-types.js';
import { readPrivateKey, readPublicKeys } from './signing-keys.js';

export const settings = {
  /** Who may sign up. `invite` needs an invitation. The first account can always be made. */
  registration: { env: 'REGISTRATION', default: 'open', format: oneOf(['open', 'invite', 'closed']) },
  /** How long senders may edit and delete what they sent, in seconds; 0: always. */
  editWindowS: { env: 'EDIT_WINDOW_S', default: String(48 * 3_600), format: wholeNumber(0, 100 * 366 * 86_400) },
  /** Whether the first links of messages are looked up. */
  previews: { env: 'PREVIEWS', default: 'off', format: onOff },
  /** Networks that are asked for pages although they are not public, on any port. */
  previewsAllow: { env: 'PREVIEWS_ALLOW', default: '', format: optional(networks) },
  jwtPrivateKeyPem: { env: 'JWT_PRIVATE_KEY_PATH', default: '', format: optional(readPrivateKey) },
  /** Keys whose tokens are good as well. */
  jwtPublicKeyPems: { env: 'JWT_PUBLIC_KEYS_PATH', default: '', format: optional(readPublicKeys) },
  /** Where files are; of all processes the same. */
  mediaDir: { env: 'MEDIA_DIR', default: '', format: optional(String) },
  /** The bucket that they are in instead. */
  s3: { env: 'S3_URL', passwordEnv: 'S3_PASSWORD', default: '', format: optional(parseS3Url) },
  /** Of one file. */
  mediaMaxBytes: { env: 'MEDIA_MAX_BYTES', default: String(100 * 1024 ** 2), format: wholeNumber(1, MOST_BYTES) },
  /** Of all files of a user. */
  mediaQuotaBytes: { env: 'MEDIA_QUOTA_BYTES', default: String(2 * 1024 ** 3), format: wholeNumber(0, 2 ** 50) },
  /** Files that are not taken, by what they are. */
  mediaRefusedTypes: { env: 'MEDIA_REFUSED_TYPES', default: '', format: mediaTypes },
  /** Who is given each file to judge; nobody, where it is not set. */
  scanUrl: { env: 'SCAN_URL', default: '', format: optional(webAddress) },
};

/** Throws an Error whose message holds no part of it. */
function webAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new Error('must be an http:// or https:// URL');
  if (url.username !== '' || url.password !== '') throw new Error('must hold no user and no password');
  return url.href;
}

export type Settings = ValuesOf<typeof settings>;
