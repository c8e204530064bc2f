/** What runs in the process that looks into media: see inspector.ts. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type Done, JobRefused, workOff } from '../confined/work.js';
import { CHUNK_BYTES, type LookJob, type MadeRange, type MadeTold, type Range } from './jobs.js';
import { cleaned, type Made, thumbnailOf } from './pixels.js';
import { heard } from './sound.js';

/** An image is read whole, and no larger one. */
const MOST_IMAGE_BYTES = 100 * 1024 * 1024;

// When memory is short, the system takes this process first, and not the one that started it.
void writeFile('/proc/self/oom_score_adj', '1000').catch(() => {});

const told = ({ type, bytes }: Made): MadeTold => ({
  type,
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

async function done(job: unknown, ask: (question: unknown) => Promise<unknown>): Promise<Done> {
  const { look, size } = job as LookJob;
  const chunk = (start: number, end: number) => ask({ start, end } satisfies Range) as Promise<Uint8Array>;
  async function read(start: number, end: number): Promise<Uint8Array> {
    if (end - start <= CHUNK_BYTES) return chunk(start, end);
    const bytes = new Uint8Array(end - start);
    for (let at = start; at < end; at += CHUNK_BYTES) {
      bytes.set(await chunk(at, Math.min(end, at + CHUNK_BYTES)), at - start);
    }
    return bytes;
  }
  if (look === 'sound' || look === 'video') return { result: await heard(size, read, look) };

  if (size > MOST_IMAGE_BYTES) throw new JobRefused(`has more than ${MOST_IMAGE_BYTES} bytes`);
  const bytes = await read(0, size);
  const { thumb, ...found } = await thumbnailOf(bytes);
  const made = { thumb, ...(look === 'photo' && { photo: await cleaned(bytes) }) };
  return {
    result: { ...found, thumb: told(thumb), ...(made.photo && { photo: told(made.photo) }) },
    answer: question => {
      const { of, start, end } = question as MadeRange;
      return made[of]?.bytes.subarray(start, end);
    },
  };
}

// Whatever libraries make of a file that is broken is the file's fault.
workOff((job, ask) =>
  done(job, ask).catch((error: Error) => {
    throw new JobRefused(error.message);
  }),
);
