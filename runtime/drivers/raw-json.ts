/** JSON that has been written already, and is passed on as it is: nobody on the way reads it and writes it again. */
export class RawJson {
  constructor(readonly bytes: Buffer) {}
}

/** What has no form in JSON is null, as in a list. */
export const textOf = (data: unknown): string =>
  data instanceof RawJson ? data.bytes.toString() : (JSON.stringify(data) ?? 'null');
