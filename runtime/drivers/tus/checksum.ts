/**
 * Checksums of requests: https://tus.io/protocols/resumable-upload#checksum. What is announced is put aside until it is known
 * to be that: a store keeps what it was given.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../contract/failure.js';

export const ALGORITHM = 'sha256';

/** In hexadecimal; undefined where nothing is announced. Throws Failure `invalid`. */
export function announcedChecksum(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [algorithm, value = '', ...rest] = header.split(' ');
  const bytes = Buffer.from(value, 'base64');
  if (algorithm !== ALGORITHM) throw invalid(`only ${ALGORITHM} is known`);
  if (rest.length > 0 || bytes.length !== 32) throw invalid('must be sha256, a space, and 32 bytes in Base64');
  return bytes.toString('hex');
}

const invalid = (message: string): Failure =>
  new Failure('invalid', `Upload-Checksum: ${message}`, { errors: [{ path: '/Upload-Checksum', message }] });

export interface PutAside {
  readonly sha256: string;
  readonly size: number;
  read(): AsyncIterable<Uint8Array>;
  drop(): Promise<void>;
}

/** In a file that has no name any more: whatever becomes of the process, nothing is left. */
export async function putAside(bytes: AsyncIterable<Uint8Array>): Promise<PutAside> {
  const file = await nameless();
  const hash = createHash(ALGORITHM);
  let size = 0;
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      await file.writeFile(chunk);
      size += chunk.length;
    }
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
  return {
    sha256: hash.digest('hex'),
    size,
    read: () => createReadStream('', { fd: file, start: 0, autoClose: false, highWaterMark: 64 * 1024 }),
    drop: () => file.close(),
  };
}

async function nameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'));
  try {
    return await open(join(folder, 'bytes'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
