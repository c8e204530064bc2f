/** The port to bytes that are too many for a database. */

/**
 * Bytes that are stored: as they come, or those of an upload that lies beside the blobs under this name, and stays there.
 *
 * @example
 * const source: BlobSource = { upload: '0199a3c5-6b22-7e01-b4a7-9d3c5f1e8a20' };
 */
export type BlobSource = AsyncIterable<Uint8Array> | { readonly upload: string };

/**
 * A blob as the store has it.
 *
 * @example
 * const blob: StoredBlob = { name: 'e3b0…-0199a3c5…', size: 0, storedAt: Date.now() };
 */
export interface StoredBlob {
  readonly name: string;
  readonly size: number;
  /** By the store's clock, in milliseconds since the epoch. */
  readonly storedAt: number;
}

/**
 * Bytes by names that begin with their SHA-256: see `blobName`. A name stands for the same bytes for ever, and is given once:
 * what is removed never comes back under it, so that a removal which takes its time removes nothing that is new. In memory there are
 * a few chunks of each blob that is put or read. Whatever may pass by itself rejects with Failure `unavailable`: the store is
 * away, full, or refuses us.
 *
 * @example
 * async function keep(blobs: BlobStore, upload: string, sha256: string, size: number, id: string): Promise<string> {
 *   const name = blobName(sha256, id);
 *   await blobs.put(name, size, { upload });
 *   return name;
 * }
 */
export interface BlobStore {
  /**
   * Durable when it resolves, and never seen half: until then nothing has the name. What has it already stays. Rejects
   * with a defect where these are not so many bytes, or bytes that come have another hash.
   */
  put(name: string, size: number, source: BlobSource): Promise<void>;
  /** From `start` up to, and without, `end`. Throws Failure `not_found` where nothing has the name. */
  read(name: string, start: number, end: number): AsyncIterable<Uint8Array>;
  /** Undefined where nothing has the name. */
  size(name: string): Promise<number | undefined>;
  /** Nothing has the name any more; or had it. */
  remove(name: string): Promise<void>;
  /** Ascending by name, in the order of code units; fewer than `limit` where these are the last. */
  list(after: string | undefined, limit: number): Promise<readonly StoredBlob[]>;
  /** Takes away what is left of puts that began before this time (ms) and never ended. */
  discard(before: number): Promise<void>;
}

/**
 * The name of bytes with this hash (hexadecimal), and of no others: `id` is new for each time that they are stored.
 *
 * @example
 * const name = blobName('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '0199a3c5-6b22-7e01-b4a7-9d3c5f1e8a20');
 */
export const blobName = (sha256: string, id: string): string => `${sha256}-${id}`;
