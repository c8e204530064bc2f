/** What is open above the page, and what it tells in passing. */
import { signal } from '@preact/signals';
import { Refusal } from '../client/refusal.js';

export type Dialog = 'settings' | 'new-group' | 'add-members';

export const dialog = signal<Dialog | undefined>(undefined);
export const wireOpen = signal(false);
/** The last thing that went wrong; it goes away by itself. */
export const trouble = signal<string | undefined>(undefined);

const SHOWN_MS = 6_000;
let timer = 0;

/** Says why something did not work. */
export function complain(thrown: unknown): void {
  trouble.value = sentence(Refusal.from(thrown).message);
  clearTimeout(timer);
  timer = setTimeout(() => {
    trouble.value = undefined;
  }, SHOWN_MS);
}

/** Does something, and says why it did not work if it does not. Answers whether it did. */
export async function attempt(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (thrown) {
    complain(thrown);
    return false;
  }
}

export const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};
