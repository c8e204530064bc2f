/**
 * The messages of a conversation that are in the page: near the view and no others, whatever its length. The client is told
 * where one looks, so that it holds what comes next and lets go of what is far.
 */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { stretchAt } from '../../client/history.js';
import { type Contents, contentsOf, endOf } from '../contents.js';
import { client, link, state } from '../model.js';
import { attempt } from '../overlays.js';
import { around, END, moved, type Places, placesOf } from '../span.js';
import { createSpacers } from './spacers.js';
import { still } from './use-tools.js';
import { type Visible, visibleIn } from './visible.js';

/** After that long without scrolling one has come to rest. */
const REST_MS = 150;

export interface Window extends Contents {
  readonly view: ReadonlySignal<View>;
  /** Comes to the message of this seq, or the next one that is shown; answers whether it is there. */
  go(seq: number, block: 'start' | 'center', focus?: boolean): Promise<boolean>;
  toEnd(focus?: boolean): void;
  /** Has `looked` called with what is visible, whenever that may be another. */
  onLook(looked: (visible: Visible) => void): void;
  /** The seq of the message that had the focus when it went out of the page. */
  lost(): number | undefined;
}

interface View {
  readonly atEnd: boolean;
  /** The seqs of the first and the last message of which anything can be seen; 0 where there is none. */
  readonly first: number;
  readonly last: number;
}

type Elements = Readonly<Record<'box' | 'list', RefObject<HTMLElement | null>>>;
interface Goal {
  readonly seq: number;
  readonly block: 'start' | 'center' | 'hold' | 'end';
  readonly focus: boolean;
}

export function useWindow(chat: ChatState, elements: Elements): Window {
  const { id, history } = chat;
  const { box, list } = elements;
  const span = useSignal(END);
  const view = useSignal<View>({ atEnd: true, first: 0, last: 0 });
  const the = useRef({
    spacers: createSpacers(elements),
    goal: undefined as Goal | undefined,
    /** Counts what one has set out for: who comes late does not come. */
    trips: 0,
    /** Whether what one has set out for is being loaded: it is what is to be held, and not what is still in view. */
    away: false,
    near: '',
    looked: undefined as ((visible: Visible) => void) | undefined,
    frame: 0,
    rest: 0,
    moving: false,
    /** The scroll position before what is being rendered. */
    top: undefined as number | undefined,
    /** The seq of the message that had the focus and is not in the page any more. */
    left: undefined as number | undefined,
  }).current;
  const before = useRef<Contents | undefined>(undefined);
  // What was there stays until what one has set out for is there.
  const there = contentsOf(chat, state.value, span.value) ?? (the.away ? before.current : undefined);
  const contents = there ?? endOf(chat, state.value);
  before.current = contents;
  const now = useRef({ ...contents, history });
  now.current = { ...contents, history };
  the.top = box.current?.scrollTop;

  /** Sees what is visible, and takes the next step to what is wanted for it. */
  function look(): void {
    if (!box.current) return;
    const visible = visibleIn(box.current);
    const { rows, first, last } = visible;
    const seqAt = (place: number): number => Number(rows[place]?.dataset.seq ?? 0);
    const seen: View = { atEnd: the.spacers.isAtEnd(), first: seqAt(first), last: first > last ? 0 : seqAt(last) };
    const { value } = view;
    const isOther = value.atEnd !== seen.atEnd || value.first !== seen.first || value.last !== seen.last;
    if (isOther) view.value = seen;
    if (!the.moving && (isOther || !still.value)) still.value = { from: seen.first, to: seen.last };
    the.looked?.(visible);
    if (rows.length === 0 || the.goal) return;
    const [begin] = now.current.places;
    if (first > last) strayed(visible);
    if (first > last || the.away) return;
    near(begin + first, begin + last);
    step([begin + first, begin + last]);
  }

  function near(first: number, last: number): void {
    const { all: shown, history: held } = now.current;
    const seqs = { from: shown[first]?.seq ?? held.upTo, to: shown[last]?.seq ?? held.upTo };
    const next = `${seqs.from} ${seqs.to}`;
    if (the.near === next || link.value !== 'online') return;
    the.near = next;
    void attempt(client.look(id, seqs)).then(ok => {
      if (!ok) the.near = '';
    });
  }

  function step(visible: Places): void {
    const { all: shown, places: before } = now.current;
    const next = moved(shown, before, visible, now.current.isEnd);
    if (next.from === span.value.from && next.to === span.value.to) return;
    cancelAnimationFrame(the.frame);
    the.frame = requestAnimationFrame(() => {
      keepFocus(placesOf(shown, next));
      span.value = next;
    });
  }

  /** The message that has the focus goes out of the page: the list has it until the message is back. */
  function keepFocus([first, last]: Places): void {
    const row = document.activeElement?.closest<HTMLElement>('.message');
    if (!row || !list.current?.contains(row)) return;
    const seq = Number(row.dataset.seq ?? 0);
    const [begin, end] = [now.current.all[first]?.seq ?? 0, now.current.all[last]?.seq ?? Infinity];
    if (seq === 0 || (seq >= begin && seq <= end)) return;
    the.left = seq;
    list.current.focus({ preventScroll: true });
  }

  /** Somebody has scrolled to where nothing is, with the scroll bar: what belongs there is found by its share of the room. */
  function strayed({ rows }: Visible): void {
    const frame = box.current?.getBoundingClientRect();
    const [top, bottom] = [rows[0]?.getBoundingClientRect().top ?? 0, rows.at(-1)?.getBoundingClientRect().bottom ?? 0];
    const {
      all: shown,
      places: [first, last],
      beyond: { above, below },
      history: held,
    } = now.current;
    if (!frame) return;
    const up = top >= frame.bottom;
    const [distance, room, count] = up
      ? [top - frame.top, the.spacers.room.above, above]
      : [frame.top - bottom, the.spacers.room.below, below];
    const messages = Math.round(Math.min(1, Math.max(0, distance / Math.max(1, room))) * count);
    const from = (up ? shown[first]?.seq : shown[last]?.seq) ?? held.upTo;
    void set(up ? from - messages : from + messages, 'hold', false);
  }

  async function set(seq: number, block: Goal['block'], focus: boolean): Promise<boolean> {
    const trip = ++the.trips;
    const wanted = Math.max(now.current.history.begins, Math.min(seq, now.current.history.upTo));
    if (!stretchAt(now.current.history, wanted)) {
      if (block === 'hold' && link.value !== 'online') return false;
      the.away = true;
      const loaded = await attempt(client.look(id, { from: wanted, to: wanted }));
      // What was loaded stands in the page from here on.
      await new Promise(requestAnimationFrame);
      if (trip !== the.trips) return false;
      the.away = false;
      the.near = '';
      if (!loaded) return false;
    }
    the.away = false;
    if (!stretchAt(now.current.history, wanted)) return false;
    cancelAnimationFrame(the.frame);
    the.goal = { seq: wanted, block, focus };
    the.left = undefined;
    const next = around(wanted);
    const isLast = next.to >= now.current.history.upTo;
    span.value = isLast ? { ...next, to: Number.POSITIVE_INFINITY } : next;
    return true;
  }

  function arrive({ seq, block, focus }: Goal): void {
    const { rows } = box.current ? visibleIn(box.current) : { rows: [] };
    const row =
      block === 'end' ? rows.at(-1) : (rows.find(each => Number(each.dataset.seq ?? Infinity) >= seq) ?? rows.at(-1));
    const line = row?.previousElementSibling;
    const target = block === 'start' && line instanceof HTMLElement && line.matches('.new') ? line : row;
    the.spacers.leap(now.current.beyond, target, block);
    if (focus) row?.focus({ preventScroll: true });
  }

  useLayoutEffect(() => {
    const { goal } = the;
    the.goal = undefined;
    if (goal) arrive(goal);
    else the.spacers.settle(now.current.beyond, the.top);
    const back = document.activeElement === list.current && the.left !== undefined;
    const row = back && list.current?.querySelector<HTMLElement>(`[data-seq="${the.left}"]`);
    if (row) {
      the.left = undefined;
      row.focus({ preventScroll: true });
    }
    look();
  });

  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    const element = box.current;
    if (!element || !list.current) return;
    const settle = () => {
      the.spacers.settle(now.current.beyond);
      latest.current();
    };
    const rest = () => {
      the.moving = false;
      the.spacers.rest(now.current.beyond);
      latest.current();
    };
    const onScroll = () => {
      the.moving = true;
      still.value = undefined;
      the.spacers.note(visibleIn(element));
      latest.current();
      clearTimeout(the.rest);
      the.rest = setTimeout(rest, REST_MS);
    };
    const observer = new ResizeObserver(settle);
    observer.observe(list.current);
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
      clearTimeout(the.rest);
      cancelAnimationFrame(the.frame);
      still.value = undefined;
      client.lookAway(id);
    };
  }, [id]);

  const online = link.value === 'online';
  useEffect(() => {
    if (online) latest.current();
  }, [online]);

  return {
    ...contents,
    view,
    go: (seq, block, focus = false) => set(seq, block, focus),
    lost: () => the.left,
    onLook(looked) {
      the.looked = looked;
    },
    toEnd(focus = false) {
      the.trips += 1;
      the.away = false;
      cancelAnimationFrame(the.frame);
      the.goal = { seq: now.current.history.upTo, block: 'end', focus };
      the.left = undefined;
      span.value = { ...END };
    },
  };
}
