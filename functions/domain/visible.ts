/**
 * Names that people see: of themselves, of groups, of devices. A name shows something, is one line, and does not turn the
 * direction of what stands around it. Letters of all scripts, emoji and what joins them are fine.
 */
import { Failure } from 'function-runtime';

/** Blank glyphs that no property of Unicode's tells from visible ones: Braille, musical and Egyptian blanks. */
const BLANK = '\\u2800\\u{1D159}\\u{13441}\\u{13442}';
const SHOWS = new RegExp(`(?![\\p{Default_Ignorable_Code_Point}${BLANK}])[\\p{L}\\p{N}\\p{P}\\p{S}]`, 'u');
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** Embeddings, overrides and isolates; the marks that Arabic and Hebrew keyboards make are no harm. */
const TURNS = /(?![\u061C\u200E\u200F])\p{Bidi_Control}/u;

/** Whether anything of the text can be seen. */
export const isVisible = (text: string): boolean => SHOWS.test(text);

/** The name without the space around it. Throws Failure `invalid`, naming the field, when it is none. */
export function visibleName(text: string, path: `/${string}`, what: string): string {
  const name = text.trim();
  const refused = (message: string) => new Failure('invalid', `${what} ${message}`, { errors: [{ path, message }] });
  if (!isVisible(name)) throw refused('must show something');
  if (CONTROL.test(name)) throw refused('must be one line, without control characters');
  if (TURNS.test(name)) throw refused('must not turn the direction of the text');
  return name;
}
