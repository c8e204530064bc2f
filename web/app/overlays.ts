/** What is open above the page, and what it tells in passing. */
import { computed, effect, signal } from '@preact/signals';
import { closeAbove, openAbove, route, skipOldQuestion } from './route.js';
import { wordsOf } from './words.js';

export const dialog = computed(() => route.value.dialog);
export const wireOpen = signal(false);

/** What is told in passing: it goes away by itself. */
export const notice = signal<string | undefined>(undefined);

/** Long enough to be read, also by those who read slowly. */
const SHOWN_MS = 10_000;
let timer = 0;

export function tell(text: string): void {
  notice.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    notice.value = undefined;
  }, SHOWN_MS);
}

/** Says why something did not work. */
const complain = (thrown: unknown): void => tell(wordsOf(thrown));

// What concerns a dialog goes with it.
effect(() => {
  void dialog.value;
  notice.value = undefined;
});

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

/** Asked before what cannot be undone. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly yes: string;
}

export const question = signal<Question | undefined>(undefined);
let verdict = false;
let settle: (verdict: boolean) => void = () => {};

/** Answers whether they want to; Escape and Back are no. */
export function ask(asked: Question): Promise<boolean> {
  return new Promise(resolve => {
    verdict = false;
    settle = resolve;
    question.value = asked;
    openAbove({ asking: true });
  });
}

export function reply(yes: boolean): void {
  verdict = yes;
  void closeAbove('asking');
}

effect(() => {
  const { asking } = route.value;
  const open = question.peek() !== undefined;
  if (asking && !open) skipOldQuestion();
  if (asking || !open) return;
  question.value = undefined;
  settle(verdict);
});
