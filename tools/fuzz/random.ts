/**
 * Chance that can be had again: every input has a generator of its own, made from the seed, the target and the input's
 * number, so that one input can be made once more without those before it.
 */
import { mulberry32 } from '#support/mulberry32.js';

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In 0 … below - 1. */
  int(below: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  bytes(length: number): Buffer;
}

export function randomFor(seed: number, target: string, input: number): Random {
  const next = mulberry32(hash(`${seed}/${target}/${input}`));
  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    chance: share => next() < share,
    pick: items => items[int(items.length)]!,
    bytes: length => Buffer.from(Array.from({ length }, () => int(256))),
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value;
}
