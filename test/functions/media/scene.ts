/** Media as the store answers them, and bytes that say what was read of them. */
import type { ReadableMedia } from '#functions/ports/mediaReads.js';
import type { BlobStore } from '#runtime/contract/ports.js';
import { uuid } from '#runtime/testing/context.js';
import { somePorts } from '../../support/ports.js';

export const MEDIA = uuid(300);

const HASH = 'ab'.repeat(32);

export const media = (rest: Partial<ReadableMedia> = {}): ReadableMedia => ({
  kind: 'photo',
  state: 'ready',
  filename: 'wall.jpg',
  type: 'image/jpeg',
  bytes: { name: `${HASH}-1`, size: 5, sha256: HASH },
  thumb: { name: `${HASH}-2`, size: 3, sha256: HASH, type: 'image/webp' },
  ...rest,
});

const blobs: Partial<BlobStore> = {
  async *read(name, start, end) {
    yield Buffer.from(`${name.slice(-1)}: ${start}-${end}`);
  },
};

/** Ports where only this user may read, and these are the media. */
export const portsOf = (found: ReadableMedia | undefined, reader = uuid(1)) =>
  somePorts({
    blobs,
    mediaReads: { readable: async (id, userId) => (id === MEDIA && userId === reader ? found : undefined) },
    links: {
      issue: async ({ mediaId, userId }, now) => ({ token: `${mediaId}.${userId}`, expiresAt: now + 300_000 }),
      read: async token => {
        const [mediaId = '', userId = ''] = token.split('.');
        return mediaId === 'none' ? undefined : { mediaId, userId };
      },
    },
  });
