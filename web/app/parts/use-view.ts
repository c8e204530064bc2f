/** Which messages are in view. */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Pixels from the end within which one is taken to be at the end. */
export const NEAR = 60;

export interface View {
  readonly atEnd: boolean;
  /** The seqs of the first and the last message of which anything can be seen; 0 where there is none. */
  readonly first: number;
  readonly last: number;
  look(): void;
}

/** Looks whenever `content` is another one, and when `look` is called. */
export function useView(box: RefObject<HTMLElement | null>, content: unknown): View {
  const seen = useSignal({ atEnd: true, first: 0, last: 0 });
  function look(): void {
    if (!box.current) return;
    const atEnd = box.current.scrollTop >= -NEAR;
    const { first, last } = inView(box.current);
    const { value } = seen;
    if (value.atEnd !== atEnd || value.first !== first || value.last !== last) seen.value = { atEnd, first, last };
  }
  useLayoutEffect(look, [content]);
  return { ...seen.value, look };
}

function inView(box: HTMLElement): { first: number; last: number } {
  const { top, bottom } = box.getBoundingClientRect();
  const messages = [...box.querySelectorAll<HTMLElement>('[data-seq]')];
  const seqAt = (at: number) => Number(messages[at]?.dataset.seq ?? 0);
  const first = firstWhere(messages, message => message.getBoundingClientRect().bottom > top + 1);
  const below = firstWhere(messages, message => message.getBoundingClientRect().top >= bottom - 1);
  return { first: seqAt(first), last: seqAt(below - 1) };
}

/** By halving: of items in order, the place of the first for which it is so, or their number. */
function firstWhere<Item>(items: readonly Item[], isSo: (item: Item) => boolean): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isSo(items[middle] as Item)) to = middle;
    else from = middle + 1;
  }
  return from;
}
