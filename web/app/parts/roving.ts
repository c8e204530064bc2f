/** One stop for the Tab key in a list, and arrow keys within it: https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/ */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

const ITEM = '[data-stop]';

/**
 * The elements with `data-stop` in the list are its stops; the one that had the focus last is reached by Tab, and from there
 * what in it has `data-action`. Those in a `data-row` stand side by side. Before any had the focus it is the first one; with
 * `preferred` it is that one, whenever the focus is elsewhere.
 */
export function useRoving(list: RefObject<HTMLElement | null>, preferred?: () => HTMLElement | undefined): void {
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const onFocus = (event: FocusEvent) => {
      const item = (event.target as HTMLElement).closest<HTMLElement>(ITEM);
      if (item) stopAt(element, item);
    };
    const onKey = (event: KeyboardEvent) => {
      // What stands in the item may have come after the focus.
      if (event.key === 'Tab') reach((event.target as HTMLElement).closest<HTMLElement>(ITEM), 0);
      if (event.target instanceof HTMLElement && !event.target.matches(ITEM)) return;
      const all = itemsOf(element);
      const next = nextOf(all, event.target as HTMLElement, event.key);
      const item = next === undefined ? undefined : all[next];
      if (!item) return;
      event.preventDefault();
      item.focus();
    };
    element.addEventListener('focusin', onFocus);
    element.addEventListener('keydown', onKey);
    return () => {
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('keydown', onKey);
    };
  }, []);

  // After every rendering: there is exactly one stop, also when the one that had it has gone.
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const items = itemsOf(element);
    const stops = items.filter(({ tabIndex }) => tabIndex === 0);
    const follows = preferred !== undefined && !element.contains(document.activeElement);
    if (stops.length === 1 && !follows) return;
    stopAt(element, preferred?.() ?? items[0]);
  });
}

/** The place that a key leads to from an item; of none, or -1, where it leads nowhere. */
function nextOf(all: readonly HTMLElement[], item: HTMLElement, key: string): number | undefined {
  const at = all.indexOf(item);
  const row = item.closest('[data-row]');
  const isElsewhere = (each: HTMLElement) => !row?.contains(each);
  switch (key) {
    case 'ArrowDown':
      return all.findIndex((each, place) => place > at && isElsewhere(each));
    case 'ArrowUp':
      return all.findLastIndex((each, place) => place < at && isElsewhere(each));
    case 'ArrowRight':
      return row ? at + 1 : undefined;
    case 'ArrowLeft':
      return row ? at - 1 : undefined;
    case 'Home':
      return 0;
    case 'End':
      return all.length - 1;
    default:
      return undefined;
  }
}

const itemsOf = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(ITEM)];

function stopAt(list: HTMLElement, item: HTMLElement | undefined): void {
  for (const each of itemsOf(list)) {
    const tabIndex = each === item ? 0 : -1;
    if (each.tabIndex === tabIndex) continue;
    each.tabIndex = tabIndex;
    reach(each, tabIndex);
  }
}

function reach(item: HTMLElement | null, tabIndex: 0 | -1): void {
  for (const action of item?.querySelectorAll<HTMLElement>('[data-action]') ?? []) action.tabIndex = tabIndex;
}
