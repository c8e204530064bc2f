/** Which of the messages in the page can be seen. */

export interface Visible {
  /** All that are in the page, in order. */
  readonly rows: readonly HTMLElement[];
  /** Places of the first and the last of which anything can be seen; the second is before the first where none can. */
  readonly first: number;
  readonly last: number;
}

export function visibleIn(box: HTMLElement): Visible {
  const { top, bottom } = box.getBoundingClientRect();
  const rows = [...box.querySelectorAll<HTMLElement>('.message')];
  const first = firstWhere(rows, row => row.getBoundingClientRect().bottom > top + 1);
  const below = firstWhere(rows, row => row.getBoundingClientRect().top >= bottom - 1);
  return { rows, first, last: below - 1 };
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
