/**
 * Where people's files are: in a folder, on a small disk of its own (`disk`, which takes root), or in a bucket of OpenStack
 * Swift (`s3`, which takes python3-swift), with a proxy before it that answers in its place.
 */
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { BlobStore, Part } from '#runtime/contract/ports.js';
import { fileBlobs } from '#runtime/drivers/blobs/file.js';
import { s3Blobs } from '#runtime/drivers/blobs/s3.js';
import { s3Client } from '#runtime/drivers/blobs/s3-client.js';
import { parseS3Url } from '#runtime/drivers/blobs/s3-url.js';
import { fileUploads } from '#runtime/drivers/tus/files.js';
import { s3Uploads } from '#runtime/drivers/tus/s3.js';
import type { UploadStore } from '#runtime/drivers/tus/uploads.js';
import { httpProxy, type Refusal } from '#support/http-proxy.js';
import type { Env } from '#support/processes.js';
import { startSwift } from '#support/swift.js';
import { run } from './server.js';

export interface Files {
  /** What a process is told of them; `seenBy` gives it a line of its own to a server. */
  env(seenBy: (server: string, url: string) => Promise<string>): Promise<Env>;
  /** As processes have them, without what is between. */
  open(): Promise<{ readonly blobs: BlobStore & Part; readonly uploads: UploadStore }>;
  /** What is begun there and not ended, which no list shows. */
  unended(): Promise<readonly string[]>;
  readonly disk?: Disk;
  readonly bucket?: Bucket;
  close(): Promise<void>;
}

interface Disk {
  /** To its last byte. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

interface Bucket {
  refuse(refusal: Refusal): void;
  mend(): void;
}

const EXPIRES_MS = 24 * 3_600_000;
const DISK_BYTES = 512 * 1024 ** 2;

export async function filesIn(folder: string): Promise<Files> {
  const media = join(folder, 'media');
  await mkdir(media, { recursive: true });
  return {
    env: async () => ({ MEDIA_DIR: media }),
    open: async () => ({
      blobs: fileBlobs(media),
      uploads: await fileUploads(join(media, 'uploads'), EXPIRES_MS),
    }),
    unended: () => readdir(join(media, 'unfinished')).catch(() => []),
    close: async () => {},
  };
}

export async function filesOnDisk(folder: string): Promise<Files> {
  const files = await filesIn(folder);
  const media = join(folder, 'media');
  await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', media]);
  const ballast = join(media, 'ballast');
  return {
    ...files,
    disk: {
      async fill() {
        const { bavail, bsize } = await statfs(media);
        // What others write meanwhile meets a full disk as well, whoever was first.
        await writeFile(ballast, Buffer.alloc(bavail * bsize)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error;
        });
      },
      free: () => rm(ballast, { force: true }),
    },
    async close() {
      await run('umount', ['-l', media]);
    },
  };
}

export async function filesInBucket(): Promise<Files> {
  const swift = await startSwift();
  const own = await swift.bucket('media');
  const proxy = await httpProxy({ host: '127.0.0.1', port: swift.port });
  const place = parseS3Url(own);
  const client = s3Client(place);
  return {
    env: async seenBy => ({ S3_URL: await seenBy('s3', swift.url('media', proxy.port)) }),
    open: async () => ({ blobs: s3Blobs(place), uploads: s3Uploads(place, EXPIRES_MS) }),
    async unended() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }));
      return Uploads.map(({ Key, Initiated }) => `${Key} since ${Initiated?.toISOString()}`);
    },
    bucket: proxy,
    async close() {
      client.destroy();
      await proxy.close();
      await swift.kill();
    },
  };
}
