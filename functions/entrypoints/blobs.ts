/** Where the bytes of media are kept: in a bucket, in a folder, or, where neither is said, nowhere. */
import { type BlobStore, Failure, type Opening } from 'function-runtime';
import type { Settings } from './settings.js';

/** `folder`: where there is no bucket. Without either nothing can be put, and nothing is there. */
export async function blobsOf({ config, register }: Opening<Settings>, folder: string | undefined): Promise<BlobStore> {
  const { s3 } = config.settings;
  if (s3 !== undefined) return register((await import('function-runtime/drivers/blobs/s3')).s3Blobs(s3));
  if (folder === undefined) return NOWHERE;
  return register((await import('function-runtime/drivers/blobs/file')).fileBlobs(folder));
}

async function refused(): Promise<never> {
  throw new Failure('unavailable', 'this server takes no files: neither S3_URL nor MEDIA_DIR is set');
}

const NOWHERE: BlobStore = {
  put: refused,
  // biome-ignore lint/correctness/useYield: there is nothing to read
  read: async function* () {
    await refused();
  },
  size: async () => undefined,
  remove: async () => {},
  list: async () => [],
  discard: async () => {},
};
