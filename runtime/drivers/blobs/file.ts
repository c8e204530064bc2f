/**
 * Blobs as files: `blobs/aa/bb/NAME` in a folder, by the first letters of the name, so that of some millions no folder has more
 * than some hundred. All processes share the folder. A blob is written beside its place, flushed, and then moved there; an
 * upload, which lies in `uploads/NAME`, gets a second name where the file system gives one, and is copied else.
 */
import { constants } from 'node:fs';
import { copyFile, type FileHandle, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../../contract/failure.js';
import type { BlobSource, BlobStore, Part } from '../../contract/ports.js';
import { filesIn, listed } from './listed.js';
import { checkName, checkUpload, gone, otherSize, verified } from './names.js';

/** Of a blob that is read a few of these are in memory. */
const CHUNK = 128 * 1024;
/** Where a file cannot have two names. */
const CANNOT_LINK = new Set(['EPERM', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS']);
/** Trouble of the disk. Anything else is a defect. */
const PASSES = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EACCES',
  'EPERM',
  'EMFILE',
  'ENFILE',
  'ESTALE',
  'EBUSY',
  'ENOTDIR',
]);

/**
 * The folder is made when something is put, for the user of this process alone; processes of several users need one that is
 * there, and that all of them may write to.
 *
 * @example
 * import { fileBlobs } from 'function-runtime/drivers/blobs/file';
 *
 * const blobs = fileBlobs('/var/lib/media');
 */
export function fileBlobs(folder: string): BlobStore & Part {
  const root = join(folder, 'blobs');
  const unfinished = join(folder, 'unfinished');
  let trouble: string | undefined;

  const pathOf = (name: string): string => {
    checkName(name);
    return join(root, name.slice(0, 2), name.slice(2, 4), name);
  };

  async function passing<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      trouble = undefined;
      return result;
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException;
      if (!PASSES.has(code)) throw cause;
      trouble = code;
      throw new Failure('unavailable', 'files cannot be kept or read now', { cause });
    }
  }

  /** A file beside its place, without the blob's bytes yet where these come by themselves. */
  async function begin(path: string, source: BlobSource): Promise<FileHandle> {
    if (!('upload' in source)) return open(path, 'w');
    checkUpload(source.upload);
    const upload = join(folder, 'uploads', source.upload);
    await rm(path, { force: true });
    await link(upload, path)
      .catch(err =>
        CANNOT_LINK.has(err.code) ? copyFile(upload, path, constants.COPYFILE_FICLONE) : Promise.reject(err),
      )
      .catch(asGone);
    return open(path, 'r+');
  }

  async function write(path: string, name: string, size: number, source: BlobSource): Promise<void> {
    const file = await begin(path, source);
    try {
      if (!('upload' in source)) for await (const chunk of verified(name, size, source)) await file.writeFile(chunk);
      const found = (await file.stat()).size;
      if (found !== size) throw otherSize(name, size, found);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async function put(name: string, size: number, source: BlobSource): Promise<void> {
    const path = pathOf(name);
    if ((await sizeOf(path)) !== undefined) return;
    await mkdir(unfinished, { recursive: true, mode: 0o700 });
    const written = join(unfinished, name);
    try {
      await write(written, name, size, source);
      const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(written, path);
      await flush(dirname(path), made === undefined ? dirname(path) : dirname(made));
    } catch (thrown) {
      await rm(written, { force: true });
      throw thrown;
    }
  }

  return {
    name: 'blobs',
    state: () => (trouble === undefined ? 'up' : { degraded: `files cannot be kept or read: ${trouble}` }),
    close: async () => {},
    put: (name, size, source) => passing(() => put(name, size, source)),
    size: name => passing(() => sizeOf(pathOf(name))),
    remove: name => passing(() => rm(pathOf(name), { force: true })),
    list: (after, limit) => passing(() => listed(root, after, limit)),

    async *read(name, start, end) {
      const file = await passing(() => open(pathOf(name)).catch(asGone));
      try {
        for (let at = start; at < end; ) {
          const size = Math.min(CHUNK, end - at);
          const { buffer, bytesRead } = await passing(() => file.read(Buffer.allocUnsafeSlow(size), 0, size, at));
          if (bytesRead === 0) return;
          yield bytesRead === size ? buffer : buffer.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
    },

    discard: before =>
      passing(async () => {
        // A file that is being written is changed all the time.
        for (const { path, changedAt } of await filesIn(unfinished))
          if (changedAt < before) await rm(path, { force: true });
      }),
  };
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    err => (err.code === 'ENOENT' ? undefined : Promise.reject(err)),
  );

function asGone(err: NodeJS.ErrnoException): never {
  throw err.code === 'ENOENT' ? gone(err) : err;
}

/** What these folders have, from the innermost to the outermost, is there after a power cut as well. */
async function flush(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    const opened = await open(folder);
    await opened.sync().finally(() => opened.close());
    if (folder === outermost) return;
  }
}
