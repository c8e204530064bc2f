/**
 * The room of the messages that are not in the page, above and below those that are, and with it the stillness of what one
 * looks at. The list is scrolled from its end (`column-reverse`), so nothing above can move it. Whatever changes below is
 * made up for by the room below, or by the scroll position where there is none: the one does not interrupt scrolling.
 */
import type { RefObject } from 'preact';
import type { Contents } from '../contents.js';
import { type Visible, visibleIn } from './visible.js';

type Beyond = Contents['beyond'];

/** Pixels from the end within which one is taken to be at the end. */
const NEAR = 60;
/** Browsers lay out no more than some 16 million pixels: with more messages than that, a pixel is several. */
const MOST = 4_000_000;
/** The height of a message until one is known, and how fast the mean follows. */
const HEIGHT = 60;
const FOLLOWS = 0.1;
/** Pixels by which the room above may be wrong. */
const LAZY = 600;

export interface Spacers {
  /** In pixels. */
  readonly room: Beyond;
  isAtEnd(): boolean;
  /** What one looks at now is what is to stand still. */
  note(visible: Visible): void;
  /** After a change of what is there; `top` is the scroll position before it, which the browser may have cut since. */
  settle(beyond: Beyond, top?: number): void;
  /** Comes to an element; `hold` does so without scrolling, for whoever scrolls there at the moment. */
  leap(beyond: Beyond, to: HTMLElement | undefined, block: 'start' | 'center' | 'hold' | 'end'): void;
  /** While nobody scrolls, the room below becomes what it is worth. */
  rest(beyond: Beyond): void;
}

export function createSpacers({ box, list }: Readonly<Record<'box' | 'list', RefObject<HTMLElement | null>>>): Spacers {
  let room: Beyond = { above: 0, below: 0 };
  let mean = HEIGHT;
  let anchor: { readonly element: HTMLElement; readonly below: number } | undefined;

  const belowOf = (element: HTMLElement): number =>
    (list.current?.getBoundingClientRect().bottom ?? 0) - element.getBoundingClientRect().bottom;

  /** The room above moves nothing: to be right about it at every step would have all laid out once more. */
  function make({ above, below }: Beyond): void {
    const isNear = above > 0 && Math.abs(above - room.above) < LAZY;
    const next: Beyond = { above: isNear ? room.above : above, below };
    for (const side of ['above', 'below'] as const)
      if (Math.abs(next[side] - room[side]) > 0.01) list.current?.style.setProperty(`--${side}`, `${next[side]}px`);
    room = next;
  }
  const worth = (messages: number): number => Math.min(MOST, messages * mean);

  function measure(): void {
    const count = list.current?.querySelectorAll('.message').length ?? 0;
    if (!list.current || count === 0) return;
    mean += ((list.current.offsetHeight - room.above - room.below) / count - mean) * FOLLOWS;
  }

  const scrollTo = (top: number): void => {
    if (box.current && Math.abs(top - box.current.scrollTop) > 0.01) box.current.scrollTop = top;
  };

  function note({ rows, first }: Visible): void {
    const element = rows[first] ?? rows.at(-1);
    anchor = element && { element, below: belowOf(element) };
  }
  const isAtEnd = (): boolean => box.current !== null && room.below === 0 && box.current.scrollTop >= -NEAR;

  return {
    get room() {
      return room;
    },
    isAtEnd,
    note,
    settle({ above, below }, top = box.current?.scrollTop ?? 0) {
      if (!box.current) return;
      measure();
      const grown = anchor?.element.isConnected ? belowOf(anchor.element) - anchor.below : 0;
      const before = room.below;
      const held = !(before === 0 && below === 0 && top >= -NEAR);
      make({ above: worth(above), below: below === 0 ? 0 : Math.max(0, before - grown) });
      if (held) scrollTo(top - (grown + room.below - before));
      note(visibleIn(box.current));
    },
    leap({ above, below }, to, block) {
      if (!box.current) return;
      const hold = block === 'hold' && to !== undefined;
      if (hold) {
        const off = to.getBoundingClientRect().top - box.current.getBoundingClientRect().top;
        make({ above: worth(above), below: below === 0 ? 0 : Math.max(0, room.below + off) });
      } else make({ above: worth(above), below: worth(below) });
      if (block === 'end') box.current.scrollTop = 0;
      else if (hold)
        scrollTo(box.current.scrollTop + to.getBoundingClientRect().top - box.current.getBoundingClientRect().top);
      else to?.scrollIntoView({ block: block === 'center' ? 'center' : 'start' });
      note(visibleIn(box.current));
    },
    rest({ below }) {
      if (!box.current || below === 0) return;
      const missing = worth(below) - room.below;
      const { scrollTop, clientHeight } = box.current;
      if (Math.abs(missing) < clientHeight) return;
      make({ ...room, below: room.below + missing });
      scrollTo(scrollTop - missing);
      note(visibleIn(box.current));
    },
  };
}
