/** Names of blobs, as the drivers trust them: they are parts of paths. */
import { createHash } from 'node:crypto';
import { Failure } from '../../contract/failure.js';
import type { BlobSource } from '../../contract/ports.js';

const NAME = /^[0-9a-f]{64}-[0-9A-Za-z-]{1,64}$/;
const UPLOAD = /^[0-9A-Za-z-]{1,128}$/;

export const isBlobName = (name: string): boolean => NAME.test(name);

/** Throws a defect for what is no name: it comes from tables and never from clients. */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw new Error('not the name of a blob');
}

export function checkUpload(upload: string): void {
  if (!UPLOAD.test(upload)) throw new Error('not the name of an upload');
}

export const gone = (cause?: unknown): Failure => new Failure('not_found', 'these bytes are not there', { cause });

/** The same bytes. Throws a defect instead of the end where they are not so many, or not those that the name says. */
export async function* verified(
  name: string,
  size: number,
  source: Exclude<BlobSource, { upload: string }>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let came = 0;
  for await (const chunk of source) {
    came += chunk.length;
    if (came > size) throw otherSize(name, size, came);
    hash.update(chunk);
    yield chunk;
  }
  if (came !== size) throw otherSize(name, size, came);
  if (hash.digest('hex') !== name.slice(0, 64)) throw new Error(`these are not the bytes that ${name} names`);
}

export const otherSize = (name: string, said: number, found: number): Error =>
  new Error(`${name} is to have ${said} bytes, and there are ${found}`);
