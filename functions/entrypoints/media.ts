/** The ports of media, for services that take, show or sweep them. */
import type { Opening, PortFactories, Resources } from 'function-runtime';
import { mediaReads } from '../stores/media-reads.js';
import { mediaSweep } from '../stores/media-sweep.js';
import { blobsOf } from './blobs.js';
import type { Settings } from './settings.js';

/** `folder` is where files are kept that are in no bucket. */
export const mediaPorts = (
  { sql }: Resources,
  opening: Opening<Settings>,
  folder: string | undefined,
): PortFactories => ({
  mediaReads: async () => mediaReads(await sql()),
  mediaSweep: async () => mediaSweep(await sql()),
  blobs: () => blobsOf(opening, folder),
});
