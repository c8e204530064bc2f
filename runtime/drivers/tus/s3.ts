/**
 * Uploads in a bucket, beside the blobs: a multipart upload each, and an object beside it that says how long it is to become. Bytes
 * wait in files of the system's folder for those until they are a part.
 */
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { type MetadataValue, S3Store } from '@tus/s3-store';
import { Failure } from '../../contract/failure.js';
import { s3Client, s3Config } from '../blobs/s3-client.js';
import { isAbsent } from '../blobs/s3-trouble.js';
import type { S3Place } from '../blobs/s3-url.js';
import type { UploadStore } from './uploads.js';

/** What other processes have changed meanwhile is not remembered otherwise: a length that one of them was told. */
const REMEMBERS_NOTHING = {
  get: async (): Promise<MetadataValue | undefined> => undefined,
  set: async () => {},
  delete: async () => {},
};

/** Beside the object of an upload: what is known of it, and bytes that are too few for a part. */
const SUFFIXES = ['', '.info', '.part'];

/**
 * Nothing is asked of the server before it is used.
 *
 * @example
 * import { parseS3Url } from 'function-runtime/drivers/blobs/s3-url';
 * import { s3Uploads } from 'function-runtime/drivers/tus/s3';
 *
 * const store = s3Uploads(parseS3Url('http://key:secret@127.0.0.1:9000/media'), 24 * 3_600_000);
 */
export function s3Uploads(place: S3Place, expiresMs: number): UploadStore {
  const { bucket: Bucket } = place;
  const prefix = `${place.prefix}uploads/`;
  const client = s3Client(place);
  const store = new S3Store({
    // Not every server knows them, and a sweep needs none.
    useTags: false,
    cache: REMEMBERS_NOTHING,
    expirationPeriodInMilliseconds: expiresMs,
    s3ClientConfig: { ...s3Config(place), bucket: Bucket },
  });
  const isObject = (Key: string): Promise<boolean> =>
    client.send(new HeadObjectCommand({ Bucket, Key })).then(
      () => true,
      thrown => (isAbsent(thrown) ? false : Promise.reject(thrown)),
    );
  return {
    store,
    prefix,
    read: id => store.read(id),
    /** The package takes any trouble with it for an upload that is not there. */
    async absent(id) {
      if (await isObject(`${id}.info`)) throw new Failure('unavailable', 'files cannot be stored right now');
      await client.send(new HeadBucketCommand({ Bucket }));
    },
    /** A server that failed at the last step has all the parts, and no object. Nothing is added to them. */
    async join(id) {
      if (await isObject(id)) return;
      const { size } = await store.getUpload(id);
      if (size !== undefined) await store.write(Readable.from([]), id, size);
    },
    async list(after, limit) {
      const names = new Set<string>();
      let StartAfter = after === undefined ? undefined : `${after}~`;
      for (;;) {
        const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, StartAfter }));
        for (const { Key = '' } of page.Contents ?? []) {
          const name = Key.replace(/\.(?:info|part)$/, '');
          if (names.size === limit && !names.has(name)) return [...names];
          names.add(name);
        }
        StartAfter = page.Contents?.at(-1)?.Key;
        if (!page.IsTruncated || StartAfter === undefined) return [...names];
      }
    },
    /** The package gives up where there is no multipart upload any more, as of one that is whole. */
    async remove(id) {
      const open = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: id }));
      for (const { Key, UploadId } of open.Uploads ?? []) {
        if (Key === id) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      }
      // One by one: several at once want a checksum that not every server takes.
      for (const suffix of SUFFIXES) await client.send(new DeleteObjectCommand({ Bucket, Key: id + suffix }));
    },
  };
}
