/** JSON that has been written already, and is passed on as it is: nobody on the way reads it and writes it again. */
export class WrittenJson {
  constructor(readonly bytes: Buffer) {}
}

/** What has no form in JSON is null, as in a list. */
export const bytesOf = (data: unknown): Buffer =>
  data instanceof WrittenJson ? data.bytes : Buffer.from(JSON.stringify(data) ?? 'null');
