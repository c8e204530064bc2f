/** Chance that a seed repeats, for choosing what to do and what to break. */
import { mulberry32 } from '#support/mulberry32.js';

export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  shuffled<Item>(items: readonly Item[]): Item[];
  /** Another stream, whose draws do not shift this one's. */
  fork(): Random;
}

export function seeded(seed: number): Random {
  const next = mulberry32(seed);
  return {
    next,
    between: (low, high) => Math.floor(low + next() * (high - low)),
    chance: share => next() < share,
    pick: items => {
      if (items.length === 0) throw new Error('nothing to pick from');
      return items[Math.floor(next() * items.length)]!;
    },
    shuffled: items =>
      items
        .map(item => ({ item, place: next() }))
        .sort((one, other) => one.place - other.place)
        .map(({ item }) => item),
    fork: () => seeded(Math.floor(next() * 2 ** 32)),
  };
}
