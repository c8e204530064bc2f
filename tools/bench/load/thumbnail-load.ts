/** Thumbnails of one photo in a file, one after the other, in a process that does nothing else: by the inspector, or by sharp alone. */
import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { fileBlobs } from '#runtime/drivers/blobs/file.js';
import { mediaInspector } from '#runtime/drivers/media/inspector.js';
import { silent } from '#support/silent.js';
import { type CpuUse, countCpu } from '../measure/cpu.js';
import { spreadOf } from '../statistics.js';
import { worker } from './worker.js';

export interface ThumbnailPlan {
  readonly by: 'inspector' | 'sharp';
  /** A blob in a folder as the file store has them, and where it lies. */
  readonly folder: string;
  readonly name: string;
  readonly path: string;
  readonly warmS: number;
  readonly seconds: number;
}

export interface ThumbnailResult {
  readonly cpu: CpuUse;
  readonly count: number;
  readonly ms: number;
}

interface Maker {
  make(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** As the queue function asks it. In the same job are the thumbhash, and the SHA-256 of what was made. */
async function byInspector({ folder, name, path }: ThumbnailPlan): Promise<Maker> {
  const { size } = await stat(path);
  const blobs = fileBlobs(folder);
  const inspector = mediaInspector(silent);
  return {
    make: () =>
      inspector.inspect(
        { size, read: (start, end) => blobs.read(name, start, end) },
        'thumbnail',
        async ({ thumb }) => {
          const chunks: Uint8Array[] = [];
          for await (const chunk of thumb?.read() ?? []) chunks.push(chunk);
          return Buffer.concat(chunks);
        },
      ),
    close: () => inspector.close(),
  };
}

/** In this process, and nothing else. */
const bySharp = ({ path }: ThumbnailPlan): Maker => ({
  make: async () =>
    sharp(await readFile(path))
      .autoOrient()
      .resize(320, 320, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .toBuffer(),
  close: async () => {},
});

worker<ThumbnailPlan, ThumbnailResult>(async plan => {
  const maker = plan.by === 'sharp' ? bySharp(plan) : await byInspector(plan);
  async function timed(seconds: number): Promise<number[]> {
    const ms: number[] = [];
    const until = performance.now() + seconds * 1_000;
    do {
      const began = performance.now();
      const { width, height, format } = await sharp(await maker.make()).metadata();
      ms.push(performance.now() - began);
      if (format !== 'webp' || Math.max(width, height) !== 320) throw new Error(`a ${format} of ${width} × ${height}`);
    } while (performance.now() < until);
    return ms;
  }
  try {
    await timed(plan.warmS);
    const end = countCpu({ process: [{ parent: process.pid }] });
    const ms = await timed(plan.seconds);
    return { cpu: end(), count: ms.length, ms: spreadOf(ms).median };
  } finally {
    await maker.close();
  }
});
