/**
 * Keys that lead beyond the messages in the page. Page Up and Page Down take the focus along, so that it does not stay
 * behind; Home and End lead to the ends of the conversation, wherever those are; arrows go on where the page ends.
 */
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import type { Window } from './use-window.js';
import { visibleIn } from './visible.js';

/** Of the view, so that something of it stays to go by. */
const PAGE = 0.85;

export function useListKeys(
  chat: ChatState,
  { box, list }: Readonly<Record<'box' | 'list', RefObject<HTMLElement | null>>>,
  window: Pick<Window, 'go' | 'toEnd' | 'lost'>,
): void {
  const now = useRef({ chat, window });
  now.current = { chat, window };

  function page(by: 1 | -1): void {
    const { current: element } = box;
    if (!element) return;
    const { scrollTop } = element;
    element.scrollTop += by * PAGE * element.clientHeight;
    const { rows, first, last } = visibleIn(element);
    const frame = element.getBoundingClientRect();
    const isWhole = (row: HTMLElement | undefined) => {
      const { top = 0, bottom = 0 } = row?.getBoundingClientRect() ?? {};
      return top >= frame.top && bottom <= frame.bottom;
    };
    const moved = element.scrollTop !== scrollTop;
    const row =
      by < 0 ? rows[moved && !isWhole(rows[first]) ? first + 1 : first] : rows[isWhole(rows[last]) ? last : last - 1];
    (row ?? rows[first])?.focus({ preventScroll: true });
  }

  /** Answers whether there is anything to be done about it. */
  function press(key: string, row: HTMLElement | undefined): boolean {
    const {
      chat: { history },
      window: { go, toEnd, lost },
    } = now.current;
    const step = key === 'ArrowUp' || key === 'PageUp' ? -1 : 1;
    switch (key) {
      case 'PageUp':
      case 'PageDown':
        page(step);
        return true;
      case 'Home':
        void go(history.begins, 'start', true);
        return true;
      case 'End':
        toEnd(true);
        return true;
      case 'ArrowUp':
      case 'ArrowDown': {
        const seq = row ? Number(row.dataset.seq ?? 0) : (lost() ?? 0);
        const rows = [...(list.current?.querySelectorAll('.message') ?? [])];
        const isEdge = row === undefined || row === rows.at(step < 0 ? 0 : -1);
        const next = seq + step;
        if (seq === 0 || !isEdge || next < history.begins || next > history.upTo) return false;
        void go(next, 'center', true);
        return true;
      }
      default:
        return false;
    }
  }

  useEffect(() => {
    const { current: element } = list;
    if (!element) return;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (target !== element && !target.matches('.message')) return;
      if (!press(event.key, target === element ? undefined : target)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    element.addEventListener('keydown', onKey, { capture: true });
    return () => element.removeEventListener('keydown', onKey, { capture: true });
  }, []);
}
