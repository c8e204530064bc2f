/**
 * Looks into photos, sounds and videos in a confined process: sharp (libvips), mediabunny and libopus read there what
 * strangers made. This process holds no more than a chunk of any file.
 */
import type { Log } from '../../contract/function.js';
import type { InspectedFile, Inspection, Inspector, Rendition } from '../../contract/ports/inspector.js';
import { confinedProcess } from '../confined/confined.js';
import { Pieces } from '../confined/pipe.js';
import { CHUNK_BYTES, type LookJob, type MadeRange, type MadeTold, type Range } from './jobs.js';

/**
 * Within what media are looked into. The defaults are for photos of 50 megapixels.
 *
 * @example
 * import type { MediaInspectorSettings } from 'function-runtime/drivers/media/inspector';
 *
 * const settings: MediaInspectorSettings = { memoryBytes: 512 * 2 ** 20, timeMs: 20_000 };
 */
export interface MediaInspectorSettings {
  /** Of the whole process that decodes. */
  readonly memoryBytes?: number;
  /** Of computing for one file. */
  readonly timeMs?: number;
  /** Files that wait; more are refused with Failure `unavailable`. */
  readonly maxWaiting?: number;
}

type Found = Omit<Inspection, 'photo' | 'thumb'> & { readonly photo?: MadeTold; readonly thumb?: MadeTold };

/**
 * An inspector with a process of its own, which is started when there is something to look into.
 *
 * @example
 * import { mediaInspector } from 'function-runtime/drivers/media/inspector';
 *
 * const start = (log: Log) => mediaInspector(log, { maxWaiting: 64 });
 */
export function mediaInspector(
  log: Log,
  { memoryBytes = 640 * 2 ** 20, timeMs = 20_000, maxWaiting = 64 }: MediaInspectorSettings = {},
): Inspector & { close(): Promise<void> } {
  const module = new URL('./media-worker.js', import.meta.url);
  const confined = confinedProcess({ module, memoryBytes, heapBytes: 192 * 2 ** 20, timeMs, maxWaiting, log });
  return {
    inspect: (file, look, use) =>
      confined.run({
        job: { look, size: file.size } satisfies LookJob,
        serve: question => rangeOf(file, question as Range),
        use: (result, ask) => use(inspectionOf(result as Found, ask)),
      }),
    close: () => confined.close(),
  };
}

function inspectionOf({ photo, thumb, ...found }: Found, ask: (range: MadeRange) => Promise<unknown>): Inspection {
  const rendition = (of: MadeRange['of'], told: MadeTold): Rendition => ({
    ...told,
    async *read() {
      for (let start = 0; start < told.size; start += CHUNK_BYTES) {
        yield (await ask({ of, start, end: Math.min(told.size, start + CHUNK_BYTES) })) as Uint8Array;
      }
    },
  });
  return {
    ...found,
    ...(photo && { photo: rendition('photo', photo) }),
    ...(thumb && { thumb: rendition('thumb', thumb) }),
  };
}

/** As far as the file has it. */
async function rangeOf(file: InspectedFile, { start, end }: Range): Promise<Pieces> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.read(start, end)) pieces.push(piece);
  return new Pieces(pieces);
}
