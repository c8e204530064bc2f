/** Names within texts where elements cannot be: labels, titles, what is said aloud. */

/** Letters that are written from right to left, and characters that change the direction. */
const TURNS =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates; names that turn nothing stay as they are. */
export const isolated = (name: string): string =>
  TURNS.test(name) ? `${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}` : name;
