/** What somebody may react with: one emoji, as Unicode has it for general interchange. */
import { Failure } from 'function-runtime';
import { utf8Bytes } from './bytes.js';

/** A sequence of code points that is one emoji, fully qualified: https://www.unicode.org/reports/tr51/#def_rgi_set */
const ONE = /^\p{RGI_Emoji}$/v;
const MOST_BYTES = 32;

export const isEmoji = (text: string): boolean => utf8Bytes(text) <= MOST_BYTES && ONE.test(text);

/** Throws Failure `invalid` for anything but one emoji. */
export function checkEmoji(text: string): void {
  if (isEmoji(text)) return;
  const message = `must be one emoji of at most ${MOST_BYTES} bytes`;
  throw new Failure('invalid', `the reaction ${message}`, { errors: [{ path: '/emoji', message }] });
}

/** Compares by code points, which is how the database's bytes are ordered: JavaScript's own order puts U+FE0F last. */
export function byCodePoints(one: string, other: string): number {
  const [these, those] = [[...one], [...other]];
  const at = these.findIndex((point, place) => point !== those[place]);
  if (at === -1) return these.length - those.length;
  return (these[at]?.codePointAt(0) ?? -1) - (those[at]?.codePointAt(0) ?? -1);
}
