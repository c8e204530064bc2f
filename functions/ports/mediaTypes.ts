/** Media types, of bytes and as the operator refuses them. */
export interface MediaTypes {
  /** Of bytes that begin so; undefined where that is no format that is known. */
  of(head: Uint8Array): Promise<string | undefined>;
  refused(type: string): boolean;
}
