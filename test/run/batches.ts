/**
 * Which test files run in one process, and in which order: those that take long each in one of their own, the others
 * together, since a process costs half a second of CPU to begin; the longest first, so that all ends at about the same time.
 */

export interface Batch {
  readonly files: readonly string[];
  /** By what was recorded. */
  readonly seconds: number;
}

/** A file that takes this long has a process of its own, and others are put together up to it. */
const BATCH_SECONDS = 6;

export function batchesOf(files: readonly string[], secondsOf: (file: string) => number): Batch[] {
  const batches: Batch[] = [];
  let together: string[] = [];
  let seconds = 0;
  const close = () => {
    if (together.length > 0) batches.push({ files: together, seconds });
    together = [];
    seconds = 0;
  };
  for (const file of files) {
    const own = secondsOf(file);
    if (own >= BATCH_SECONDS) {
      batches.push({ files: [file], seconds: own });
      continue;
    }
    if (seconds + own > BATCH_SECONDS) close();
    together.push(file);
    seconds += own;
  }
  close();
  return batches.sort((one, other) => other.seconds - one.seconds);
}
