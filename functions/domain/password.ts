/**
 * Which passwords are taken, after NIST SP 800-63B: long enough, and neither common nor one's own name. Whatever keyboard
 * it is typed on, it is one text: Unicode's NFKC.
 */
import { Failure } from 'function-runtime';
import { isVisible } from './visible.js';

const LEAST = 8;
const MOST = 128;

export const canonicalPassword = (password: string): string => password.normalize('NFKC');

/** What belongs to the person: e-mail address, user name, display name. */
type Own = Readonly<Record<'email' | 'username' | 'displayName', string>>;

/** Throws Failure `invalid` that says why, unless the canonical password may be chosen. */
export async function checkPassword(
  password: string,
  own: Own,
  isCommon: (password: string) => Promise<boolean>,
): Promise<void> {
  const length = [...password].length;
  if (length < LEAST) throw refused(`must have at least ${LEAST} characters`);
  if (length > MOST) throw refused(`must have at most ${MOST} characters`);
  if (!isVisible(password)) throw refused('must not be blank');
  if (isOwn(password, own)) throw refused('must not be your own name or e-mail address');
  if (await isCommon(password)) throw refused('is one of those that are guessed first: choose a less common one');
}

function isOwn(password: string, { email, username, displayName }: Own): boolean {
  const [local = ''] = email.split('@');
  const words = [email, local, username, displayName].map(folded).filter(word => word !== '');
  const chosen = folded(password);
  return words.some(word => [chosen, bare(chosen)].some(each => each === word || each === bare(word)));
}

/** Without regard to case, spaces and signs. */
const folded = (text: string): string =>
  canonicalPassword(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Without the digits around it, that some add; all of it when there is nothing else. */
const bare = (text: string): string => text.replace(/^\p{N}+|\p{N}+$/gu, '') || text;

const refused = (message: string) =>
  new Failure('invalid', `the password ${message}`, { errors: [{ path: '/password', message }] });
