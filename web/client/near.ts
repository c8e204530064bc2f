/** What of a history stays in memory: what is near to where somebody looks, and the end. The rest can be asked for again. */
import { type History, stretchAt } from './history.js';
import type { Message } from './shapes.js';

/** What somebody looks at: the messages from this seq to that one. */
export interface View {
  readonly from: number;
  readonly to: number;
}

export interface Bounds {
  /** Messages before and after the view that are asked for, and that are kept. */
  readonly wanted: number;
  readonly kept: number;
  /** Kept of the end, wherever somebody looks. */
  readonly end: number;
  /** What is kept in one direction in bytes, about; `least` messages may be more. */
  readonly bytes: number;
  readonly least: number;
  /** So many too many stay, so that not every step drops some. */
  readonly slack: number;
  /** Messages of one page. */
  readonly page: number;
  /** A view of more messages is taken for one of so many. */
  readonly view: number;
}

export const BOUNDS: Bounds = {
  ...{ wanted: 50, kept: 75, end: 100, bytes: 512 * 1024, least: 20, slack: 50, page: 50, view: 200 },
};

/** UTF-16 code units, and the names and times of a message. */
const bytesOf = ({ body }: Message): number => 600 + 2 * body.length;

/** The last place in this direction that is kept, from `from` on. */
function reach(stretch: readonly Message[], from: number, step: 1 | -1, most: number, bounds: Bounds): number {
  let [place, total] = [from, 0];
  for (let count = 1; count <= most; count++) {
    const next = stretch[place + step];
    if (!next) break;
    total += bytesOf(next);
    if (total > bounds.bytes && count > bounds.least) break;
    place += step;
  }
  return place;
}

const within = ({ begins, upTo }: History, seq: number): number => Math.max(begins, Math.min(seq, upTo));

/** The history without what is far; the same one where that is not much. */
export function nearTo(history: History, view: View | undefined, bounds = BOUNDS): History {
  const { messages, back } = history;
  const least = reach(messages, messages.length, -1, bounds.end, bounds);
  const found = view && stretchAt(history, within(history, view.from));
  const next = found ? around(history, found, view, least, bounds) : { messages: messages.slice(least), back: [] };
  const far = messages.length + back.length - next.messages.length - next.back.length;
  return far < bounds.slack ? history : { ...history, ...next };
}

function around(
  history: History,
  found: readonly Message[],
  view: View,
  least: number,
  bounds: Bounds,
): Pick<History, 'messages' | 'back'> {
  const { messages } = history;
  const first = found[0]?.seq ?? 0;
  const from = within(history, view.from);
  const last = Math.max(from, Math.min(view.to, from + bounds.view, first + found.length - 1));
  const begin = reach(found, from - first, -1, bounds.kept, bounds);
  const end = reach(found, last - first, 1, bounds.kept, bounds) + 1;
  if (found !== messages) return { messages: messages.slice(least), back: found.slice(begin, end) };
  if (end >= least) return { messages: messages.slice(Math.min(begin, least)), back: [] };
  return { messages: messages.slice(least), back: messages.slice(begin, end) };
}

/** Where a page begins or ends, exclusively. */
export type Place = { readonly before: number } | { readonly after: number };

/**
 * What is to be asked for next, so that everything near the view is held; undefined once it is. Half of what is kept is
 * enough, or large messages would be dropped and asked for in turn.
 */
export function missingNear(history: History, { from, to }: View, bounds = BOUNDS): Place | undefined {
  const { messages, upTo, begins } = history;
  const { wanted } = bounds;
  const seq = within(history, from);
  if (upTo < begins) return undefined;
  const found = stretchAt(history, seq);
  if (!found && messages.length === 0 && upTo - seq < wanted) return { before: upTo + 1 };
  // One comes to it from either side, so it is in the middle of its page.
  if (!found) return { after: Math.max(begins - 1, seq - Math.ceil(wanted / 2) - 1) };
  const [first, last] = [found[0]?.seq ?? 0, found.at(-1)?.seq ?? 0];
  const half = { ...bounds, bytes: bounds.bytes / 2, least: 0 };
  const lacks = (edge: number, near: number, step: 1 | -1) =>
    Math.abs(edge - near) < wanted && first + reach(found, near - first, step, wanted, half) === edge;
  if (first > begins && lacks(first, seq, -1)) return { before: first };
  const end = Math.max(seq, Math.min(to, last));
  return found !== messages && lacks(last, end, 1) ? { after: last } : undefined;
}
