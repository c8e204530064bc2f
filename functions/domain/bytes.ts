/** How much of something one answer holds, in bytes of its JSON. */

/** What an answer's messages may come to, together; one that is more by itself is answered alone. */
export const ANSWER_BYTES = 1024 * 1024;

/**
 * More than any message without media comes to: 4,096 code points of body, 128 of clientId and 64 of the first author's name, 6 bytes each
 * where JSON escapes them; 20 kinds of reactions; 100 entities, and 4,096 code points of their addresses, 4 bytes each.
 */
export const LONGEST_MESSAGE_BYTES = 56_000;

/** Of a value's JSON in UTF-8. */
export const bytesOf = (value: unknown): number => utf8Bytes(JSON.stringify(value));

export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // Of a pair of surrogates, which are four bytes, each counts for two.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** How many of the first there is room for; of the first one always. */
export function fitting(sizes: readonly number[], room = ANSWER_BYTES): number {
  let sum = 0;
  const over = sizes.findIndex(size => {
    sum += size;
    return sum > room;
  });
  return over === -1 ? sizes.length : Math.max(1, over);
}
