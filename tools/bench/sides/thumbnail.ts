/** A photo of twelve megapixels in the file store, and what makes thumbnails of it over and over. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileBlobs } from '#runtime/drivers/blobs/file.js';
import { snapshot } from '#support/media-samples.js';
import type { Side } from '../bench-case.js';
import type { ThumbnailPlan, ThumbnailResult } from '../load/thumbnail-load.js';
import { inProcess } from '../load/worker.js';

export const thumbnailSide = (name: string, by: ThumbnailPlan['by']): Side => ({
  name,
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'bench-photo-'));
    const photo = await snapshot(4_000, 3_000);
    const blob = `${createHash('sha256').update(photo).digest('hex')}-photo`;
    await fileBlobs(folder).put(blob, photo.length, chunksOf(photo));
    const place = { folder, name: blob, path: join(folder, 'blobs', blob.slice(0, 2), blob.slice(2, 4), blob) };
    return {
      async round({ warmS, seconds }) {
        const { cpu, count, ms } = await inProcess<ThumbnailPlan, ThumbnailResult>(
          new URL('../load/thumbnail-load.js', import.meta.url),
          { ...place, by, warmS, seconds },
        );
        const cpuUs = (cpu.us.process ?? 0) / count;
        return {
          values: { 'ms/photo': ms, 'CPU ms/photo': cpuUs / 1_000, 'MB of the photo': photo.length / 1e6 },
          cpu: { [by]: cpuUs },
          otherCores: cpu.otherCores,
        };
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
});

async function* chunksOf(photo: Uint8Array): AsyncGenerator<Uint8Array> {
  yield photo;
}
