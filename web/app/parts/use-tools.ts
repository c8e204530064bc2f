/**
 * Whether the buttons of a message are in the page. They are at those in view while nobody scrolls, and at the one that has
 * the focus; what is only scrolled by goes without them, which is half of the elements of a message.
 */
import { type Signal, signal, useSignal, useSignalEffect } from '@preact/signals';

/** By seq, both included. */
export interface Still {
  readonly from: number;
  readonly to: number;
}

/** What is in view where somebody looks, while they do not scroll. */
export const still: Signal<Still | undefined> = signal(undefined);

/** Answers whether they are there, and what brings them. Once there, they stay. */
export function useTools(seq: number | undefined): readonly [there: boolean, bring: () => void] {
  const there = useSignal(false);
  useSignalEffect(() => {
    const { value } = still;
    if (value && (seq === undefined || (seq >= value.from && seq <= value.to))) there.value = true;
  });
  return [there.value, () => (there.value = true)];
}
