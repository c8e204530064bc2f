/** How media are answered with. */
import { type BlobStore, type Content, Failure } from 'function-runtime';
import type { Bytes, ReadableMedia } from '../ports/mediaReads.js';

/** What a browser shows or plays, and nothing that could act in it: said by the bytes, whatever their sender says. */
const SHOWN = new Set([
  ...['image/png', 'image/jpeg', 'image/webp', 'image/gif'],
  ...['video/mp4', 'video/webm', 'video/ogg'],
  ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/webm', 'audio/ogg'],
]);

/** What nothing is known of. */
const ANY = 'application/octet-stream';

const RETRY_MS = 1_000;

export const noMedia = (): Failure => new Failure('not_found', 'there are no such media');

/** Throws `unavailable` for a photo that still has in it where it was taken. */
export function contentOf(media: ReadableMedia, blobs: BlobStore): Content {
  if (media.kind === 'photo' && media.state !== 'ready') {
    throw new Failure('unavailable', 'this photo is being looked at', { retryAfterMs: RETRY_MS });
  }
  const { type, filename, bytes } = media;
  return { ...served(type ?? ANY, bytes, blobs), ...(filename !== null && { filename }) };
}

export function thumbOf({ thumb }: ReadableMedia, blobs: BlobStore): Content {
  if (!thumb) throw noMedia();
  return served(thumb.type, thumb, blobs);
}

const served = (type: string, { name, size, sha256 }: Bytes, blobs: BlobStore) => ({
  type,
  etag: sha256,
  length: size,
  read: (start: number, end: number) => blobs.read(name, start, end),
  ...(SHOWN.has(essenceOf(type)) && { inline: true as const }),
});

const essenceOf = (type: string): string => (type.split(';', 1)[0] ?? '').trim().toLowerCase();
