/**
 * Blobs as objects `blobs/NAME` of a bucket, under a prefix; uploads are `uploads/NAME` there. An object is there whole or not at
 * all: a large one is put in parts, which nobody sees before the last.
 */
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { BlobStore, Part, StoredBlob } from '../../contract/ports.js';
import { checkName, checkUpload, gone, isBlobName, otherSize, verified } from './names.js';
import { s3Client } from './s3-client.js';
import { isAbsent, isGone, unavailable, wordOf } from './s3-trouble.js';
import type { S3Place } from './s3-url.js';

/** Of a blob that is put there are one or two of these in memory. */
const PART = 8 * 1024 * 1024;
const MOST_PARTS = 10_000;
/** A server copies no more at once. */
const MOST_COPIED = 5 * 1024 ** 3;
/** Of a blob that is read: attempts that bring no byte, one after the other. */
const ATTEMPTS = 3;

/**
 * Nothing is asked of the server before it is used. The bucket has to be there.
 *
 * @example
 * import { s3Blobs } from 'function-runtime/drivers/blobs/s3';
 * import { parseS3Url } from 'function-runtime/drivers/blobs/s3-url';
 *
 * const blobs = s3Blobs(parseS3Url('http://key:secret@127.0.0.1:9000/media'));
 */
export function s3Blobs(place: S3Place): BlobStore & Part {
  const { bucket: Bucket, prefix } = place;
  const client = s3Client(place);
  const folder = `${prefix}blobs/`;
  let trouble: string | undefined;

  const keyOf = (name: string): string => {
    checkName(name);
    return folder + name;
  };

  async function asking<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await work();
      trouble = undefined;
      return answer;
    } catch (thrown) {
      if (isAbsent(thrown)) throw gone(thrown);
      const failure = unavailable(thrown);
      if (failure !== thrown) trouble = wordOf(thrown);
      throw failure;
    }
  }

  const objectSize = async (Key: string): Promise<number> =>
    (await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength ?? 0;

  async function* object(Key: string, start: number, end: number): AsyncGenerator<Uint8Array> {
    let at = start;
    for (let attempts = ATTEMPTS; at < end; ) {
      try {
        const Range = `bytes=${at}-${end - 1}`;
        const { Body } = await asking(() => client.send(new GetObjectCommand({ Bucket, Key, Range })));
        for await (const chunk of Body as Readable) {
          at += chunk.length;
          attempts = ATTEMPTS;
          yield chunk;
        }
        if (at < end) throw new Error('the answer ended too soon');
      } catch (thrown) {
        attempts -= 1;
        // A connection that was cut, by either side's patience with a slow reader as well: it goes on where it was.
        if (attempts === 0 || isGone(thrown)) throw unavailable(thrown);
      }
    }
  }

  async function upload(Key: string, size: number, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const partSize = Math.max(PART, Math.ceil(size / MOST_PARTS));
    const params = { Bucket, Key, Body: Readable.from(bytes, { objectMode: false }) };
    await new Upload({ client, params, partSize, queueSize: 1 }).done();
  }

  async function copy(Key: string, name: string, size: number, from: string): Promise<void> {
    const found = await objectSize(from);
    if (found !== size) throw otherSize(name, size, found);
    if (size > MOST_COPIED) return upload(Key, size, verified(name, size, object(from, 0, size)));
    await client.send(new CopyObjectCommand({ Bucket, Key, CopySource: encodeURI(`${Bucket}/${from}`) }));
  }

  /** `limit` of them, or all. */
  async function list(after: string | undefined, limit: number): Promise<StoredBlob[]> {
    const found: StoredBlob[] = [];
    for (let last = folder + (after ?? ''); ; ) {
      const MaxKeys = Math.min(1_000, limit - found.length);
      const asked = new ListObjectsV2Command({ Bucket, Prefix: folder, StartAfter: last, MaxKeys });
      const { Contents = [], IsTruncated } = await client.send(asked);
      for (const { Key = '', Size = 0, LastModified } of Contents) {
        const name = Key.slice(folder.length);
        if (isBlobName(name)) found.push({ name, size: Size, storedAt: LastModified?.getTime() ?? 0 });
        last = Key;
      }
      if (!IsTruncated || Contents.length === 0 || found.length >= limit) return found;
    }
  }

  async function discard(before: number): Promise<void> {
    for (let marker: { KeyMarker?: string; UploadIdMarker?: string } = {}; ; ) {
      const page = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: folder, ...marker }));
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if ((Initiated?.getTime() ?? before) >= before) continue;
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      }
      if (!page.IsTruncated || page.NextKeyMarker === undefined) return;
      marker = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextUploadIdMarker && { UploadIdMarker: page.NextUploadIdMarker }),
      };
    }
  }

  return {
    name: 'blobs',
    state: () => (trouble === undefined ? 'up' : { degraded: `S3_URL: ${trouble}` }),
    close: async () => client.destroy(),

    put: (name, size, source) =>
      asking(async () => {
        const Key = keyOf(name);
        if (!('upload' in source)) return upload(Key, size, verified(name, size, source));
        checkUpload(source.upload);
        await copy(Key, name, size, `${prefix}uploads/${source.upload}`);
      }),

    async *read(name, start, end) {
      const Key = keyOf(name);
      if (start >= end) await asking(() => objectSize(Key));
      else yield* object(Key, start, end);
    },

    size: name =>
      asking(() => objectSize(keyOf(name))).catch(thrown => (isGone(thrown) ? undefined : Promise.reject(thrown))),
    remove: name => asking(async () => void (await client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(name) })))),
    list: (after, limit) => asking(() => list(after, limit)),
    discard: before => asking(() => discard(before)),
  };
}
