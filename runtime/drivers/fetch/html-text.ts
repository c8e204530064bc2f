/**
 * The text of an HTML page out of its bytes, in whatever encoding it is: as its byte order mark says, or its server, or the
 * page itself near its beginning. https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding
 */

/** Bytes in which a page has to say it. */
const NEAR = 1024;

const MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const;

/** What Windows has where ISO 8859-1 has control characters, from 0x80 on. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** `type` is the `Content-Type`. What cannot be read is U+FFFD; a page that says nothing is UTF-8 if it can be. */
export function htmlText(bytes: Uint8Array, type = ''): string {
  const encoding = markOf(bytes) ?? known(charsetIn(type)) ?? inAscii(known(declaredIn(bytes))) ?? guessed(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  // Node 20 to 23 take it for ISO 8859-1: https://github.com/nodejs/node/issues/56542
  return encoding === 'windows-1252'
    ? text.replace(/[\u0080-\u009f]/g, unit => WINDOWS[unit.charCodeAt(0) - 0x80] ?? unit)
    : text;
}

function markOf(bytes: Uint8Array): string | undefined {
  const [encoding] = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [];
  return encoding;
}

const charsetIn = (type: string): string | undefined => /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(type)?.[1];

function declaredIn(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, NEAR)).toString('latin1');
  const [, inXml] = /^<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"']+)/.exec(text) ?? [];
  if (inXml !== undefined) return inXml;
  const tags = text.replace(/<!--[\s\S]*?(?:-->|$)/g, '').matchAll(/<meta[\s/][^>]*/gi);
  for (const [tag] of tags) {
    const [, label] = /[\s"';]charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(tag) ?? [];
    if (label !== undefined) return label;
  }
  return undefined;
}

/** The encoding that a label stands for, if it is one: https://encoding.spec.whatwg.org/#names-and-labels */
function known(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** A page in which that can be read is in no encoding of two bytes each. */
const inAscii = (encoding: string | undefined): string | undefined =>
  encoding?.startsWith('utf-16') ? 'utf-8' : encoding;

function guessed(bytes: Uint8Array): string {
  try {
    // The last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}
