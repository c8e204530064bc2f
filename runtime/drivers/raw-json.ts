/**
 * JSON that is serialized already, and is passed on as it is.
 *
 * @example
 * import { RawJson } from 'function-runtime/drivers/raw-json';
 *
 * const data = new RawJson(Buffer.from('{"seq":7}'));
 */
export class RawJson {
  constructor(readonly bytes: Buffer) {}
}

/**
 * Data as JSON text. What has no form in JSON is null, as in a list.
 *
 * @example
 * import { textOf } from 'function-runtime/drivers/raw-json';
 *
 * textOf({ seq: 7 }); // '{"seq":7}'
 */
export const textOf = (data: unknown): string =>
  data instanceof RawJson ? data.bytes.toString() : (JSON.stringify(data) ?? 'null');
