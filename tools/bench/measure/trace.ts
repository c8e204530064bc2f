/** What Chromium's own trace says of the frames of a page, between marks that the page has set. */

export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Of the thread's CPU time, which what else the machine does does not add to. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** No more than is needed: what is painted and laid out, each traced for itself, would take its share of the main thread. */
export const CATEGORIES = [
  'blink.user_timing',
  'devtools.timeline.frame',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
];
export const BEGIN = 'bench-begin';
export const END = 'bench-end';

/** How long a frame is at 60 a second, and where one more is missing than the clock's own unsteadiness explains. */
const FRAME_MS = 16.7;
const LATE_MS = 25;
const MISSED_MS = 33.4;

/**
 * Frames that were drawn, and what the page's main thread did for each, in ms. Of each window it is the time from its first
 * frame to its last that counts: what the driver takes to begin and to end a gesture is no scrolling.
 */
export function framesIn(events: readonly TraceEvent[]): Readonly<Record<string, number>> {
  const marks = events.filter(({ name }) => name === BEGIN || name === END).toSorted((a, b) => a.ts - b.ts);
  const pid = marks[0]?.pid;
  const main = events.find(
    ({ name, args, pid: of }) => name === 'thread_name' && args?.name === 'CrRendererMain' && of === pid,
  );
  const named = (wanted: string) =>
    events.filter(({ name, pid: of }) => name === wanted && of === pid).toSorted((a, b) => a.ts - b.ts);
  const [drawn, begun] = [named('DrawFrame'), named('BeginMainThreadFrame')];
  const tasks = named('RunTask').filter(({ tid, dur = 0 }) => tid === main?.tid && dur > 0);
  const intervals: number[] = [];
  const work: number[] = [];
  let seconds = 0;
  for (const [from, to] of windowsOf(marks)) {
    const isIn = ({ ts }: TraceEvent) => ts >= from && ts < to;
    const moments = drawn.filter(isIn).map(({ ts }) => ts);
    seconds += ((moments.at(-1) ?? to) - (moments[0] ?? from)) / 1e6;
    intervals.push(...gaps(moments).map(us => us / 1_000));
    const starts = begun.filter(isIn).map(({ ts }) => ts);
    const done = starts.map(() => 0);
    let at = -1;
    for (const { ts, dur = 0, tdur = dur } of tasks.filter(isIn)) {
      while (at + 1 < starts.length && (starts[at + 1] ?? 0) <= ts + dur) at += 1;
      if (at >= 0) done[at] = (done[at] ?? 0) + tdur / 1_000;
    }
    work.push(...done);
  }
  const shareOf = (values: readonly number[], above: number) =>
    (100 * values.filter(each => each > above).length) / Math.max(1, values.length);
  return {
    'frames/s': intervals.length / seconds,
    [`frames > ${LATE_MS} ms apart %`]: shareOf(intervals, LATE_MS),
    [`frames > ${MISSED_MS} ms apart %`]: shareOf(intervals, MISSED_MS),
    'longest ms without a frame': Math.max(0, ...intervals),
    'main thread ms/frame p50': percentile(work, 0.5),
    'main thread ms/frame p95': percentile(work, 0.95),
    [`frames > ${FRAME_MS} ms of main thread %`]: shareOf(work, FRAME_MS),
    'longest main thread ms': Math.max(0, ...work),
  };
}

function windowsOf(marks: readonly TraceEvent[]): readonly (readonly [from: number, to: number])[] {
  const begins = marks.filter(({ name }) => name === BEGIN);
  return begins.flatMap(({ ts }) => {
    const end = marks.find(mark => mark.name === END && mark.ts > ts);
    return end ? [[ts, end.ts] as const] : [];
  });
}

const gaps = (moments: readonly number[]): number[] => moments.slice(1).map((ts, at) => ts - (moments[at] ?? ts));

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
