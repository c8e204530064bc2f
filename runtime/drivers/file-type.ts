/** What bytes are by how they begin, whatever they are called. */
import { fileTypeFromBuffer } from 'file-type';

/**
 * A media type; undefined where they begin as no format that is known. It looks at no more than it is given.
 *
 * @example
 * import { typeOf } from 'function-runtime/drivers/file-type';
 *
 * const png = typeOf(new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]));
 */
export async function typeOf(head: Uint8Array): Promise<string | undefined> {
  // What says of itself that it goes on, and does not, is thrown.
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  return found?.mime;
}
