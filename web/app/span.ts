/** Which of a conversation's messages are in the page: those in view, some on either side of them, and no others. */
import type { Shown } from './rows.js';

/** By seq; `to` is Infinity where the end is part of it, and with it what is on its way. `at` is one that is in view. */
export interface Span {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** By place among those that could be shown, both included; the second is before the first where there are none. */
export type Places = readonly [first: number, last: number];

/** As many of the last as fill most screens. */
const FIRST = 40;
/** Messages beyond the view on either side that are wanted. */
const BEYOND = 30;
/**
 * Messages put in and taken out at a time: so many that most frames of scrolling change nothing, which costs what is laid
 * out, walked and painted anew for each change, and so few that no frame takes long.
 */
const STEP = 8;

const LAST = Number.POSITIVE_INFINITY;
export const END: Span = { at: LAST, from: LAST, to: LAST };

/** Around one that is to be come to. */
export const around = (seq: number): Span => ({ at: seq, from: seq - BEYOND, to: seq + FIRST });

export function placesOf(all: readonly Shown[], { from, to }: Span): Places {
  const last = to === LAST ? all.length - 1 : all.findLastIndex(({ seq = LAST }) => seq <= to);
  const first = all.findIndex(({ seq = LAST }) => seq >= from);
  if (to !== LAST) return [Math.max(0, first), last];
  return [Math.max(0, Math.min(first < 0 ? last : first, last - FIRST + 1)), last];
}

/** The next span when these are in view: a step closer to what is wanted. `ends`: after the last of all there is nothing. */
export function moved(all: readonly Shown[], [first, last]: Places, view: Places, ends: boolean): Span {
  const from = toward(first, view[0] - BEYOND, 0, -1);
  const to = toward(last, view[1] + BEYOND, all.length - 1, 1);
  return {
    at: all[view[0]]?.seq ?? LAST,
    from: all[from]?.seq ?? LAST,
    to: ends && to >= all.length - 1 ? LAST : (all[to]?.seq ?? LAST),
  };
}

/** An edge of the span; `outward` is the direction in which it grows, to where what is held ends at most. */
function toward(edge: number, wanted: number, end: number, outward: 1 | -1): number {
  const missing = (wanted - edge) * outward;
  const room = (end - edge) * outward;
  if (missing >= STEP) return edge + outward * Math.min(STEP, room);
  return missing <= -STEP ? wanted : edge;
}
