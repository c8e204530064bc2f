/** How loud a recording is from its beginning to its end: at most 100 steps of 0…31, as bytes in base64. */

const MOST = 100;
const LOUDEST = 31;

export function levelsOf(waveform: string | undefined): readonly number[] {
  try {
    return Array.from(atob(waveform ?? ''), letter => Math.min(LOUDEST, letter.charCodeAt(0))).slice(0, MOST);
  } catch {
    return [];
  }
}

/** Of samples of 0…1, of which each step has the loudest. */
export function waveformOf(samples: readonly number[]): string {
  const count = Math.min(MOST, samples.length);
  const loudest = Math.max(0.05, ...samples);
  const steps = Array.from({ length: count }, (_, at) => {
    const [from, to] = [at, at + 1].map(each => Math.floor((each * samples.length) / count));
    return Math.round((LOUDEST * Math.max(0, ...samples.slice(from, to))) / loudest);
  });
  return btoa(String.fromCharCode(...steps));
}
