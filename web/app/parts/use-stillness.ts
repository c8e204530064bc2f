/** What comes below the last message moves nothing that one is looking at, except when one looks at the end. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { NEAR } from './use-view.js';

export function useStillness(box: RefObject<HTMLElement | null>, list: RefObject<HTMLElement | null>): void {
  const before = useRef<{ element: HTMLElement; below: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const { current: whole } = list;
    if (!box.current || !whole) return;
    // Both are asked for each time: scrolling moves them together.
    const belowOf = (element: HTMLElement) =>
      whole.getBoundingClientRect().bottom - element.getBoundingClientRect().bottom;
    const known = before.current;
    if (known?.element.isConnected && box.current.scrollTop < -NEAR) {
      box.current.scrollTop -= belowOf(known.element) - known.below;
    }
    const element = [...whole.querySelectorAll<HTMLElement>('.message')].at(-1);
    before.current = element && { element, below: belowOf(element) };
  });
}
