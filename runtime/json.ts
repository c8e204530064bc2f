/** JSON as it comes in: bytes. */
import { isUtf8 } from 'node:buffer';

const BYTE_ORDER_MARK = '\ufeff';

/** Throws a SyntaxError for what is no JSON, and a TypeError for what is no UTF-8: decoded, it would be something else. */
export function parseJson(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8');
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString();
  return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
}
