/**
 * The passwords that are tried first: some 49,000 that were leaked most often, in the list of zxcvbn, read when it is first
 * asked for (3 MB). The list leaves out what is simpler than a list: the same again and again, and rows of keys.
 */

/** Of keyboards and of the alphabet, in either direction. */
const ROWS = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
].flatMap(row => [row, [...row].reverse().join('')]);

/** A few characters, or a common password, again and again; what is left at the end may be cut off. */
const REPEATED = /^(.{1,16}?)\1+(.{0,5})$/su;
const SHORT = 6;

/**
 * Whether a password is among those that are tried first. The list is read at the first question.
 *
 * @example
 * import { commonPasswords } from 'function-runtime/drivers/common-passwords';
 *
 * const isCommon = commonPasswords();
 * const refused = await isCommon('qwerty123'); // true
 */
export function commonPasswords(): (password: string) => Promise<boolean> {
  let list: Promise<ReadonlySet<string>> | undefined;
  const read = async () => {
    const { dictionary } = await import('@zxcvbn-ts/language-common');
    return new Set(dictionary['passwords-common']);
  };
  return async password => {
    list ??= read();
    const common = await list;
    const text = password.toLowerCase();
    if (common.has(text) || ROWS.some(row => row.includes(text))) return true;
    const [, unit = '', rest = ''] = REPEATED.exec(text) ?? [];
    return unit !== '' && unit.startsWith(rest) && (unit.length <= SHORT || common.has(unit));
  };
}
