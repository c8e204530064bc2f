/**
 * What is written in each conversation and not sent yet. It outlives the page, on this device and for this account, and
 * goes when it is sent or somebody signs out.
 */
import { effect, signal } from '@preact/signals';
import type { Message } from '../client/shapes.js';
import { myId, storage } from './model.js';

interface Draft {
  readonly text: string;
  /** The message that it answers. */
  readonly answers?: Message | undefined;
}

type Drafts = Readonly<Record<string, Draft>>;

/** As it is kept; `at` is when it was written last, in ms since 1970. */
interface Kept extends Draft {
  readonly at: number;
}

const KEY = 'draft/';
/** Kept of one draft at most: four times what can be sent, in UTF-16 code units. */
const LONGEST = 16_384;
/** Kept for an account at most; those written last. */
const MOST = 50;
const PAUSE_MS = 300;

const drafts = signal<Drafts>({});
const unwritten = new Set<string>();
let timer = 0;

export const draftOf = (chatId: string): Draft => drafts.value[chatId] ?? { text: '' };

export function draft(chatId: string, part: Partial<Draft>): void {
  drafts.value = { ...drafts.value, [chatId]: { ...draftOf(chatId), ...part } };
  unwritten.add(chatId);
  clearTimeout(timer);
  timer = setTimeout(write, PAUSE_MS);
}

const keyOf = (chatId: string): string => `${KEY}${myId.value}/${chatId}`;

function write(): void {
  clearTimeout(timer);
  for (const chatId of unwritten) {
    const { text, answers } = draftOf(chatId);
    const kept: Kept = { text: text.slice(0, LONGEST), ...(answers && { answers }), at: Date.now() };
    try {
      if (text === '' && !answers) storage.delete(keyOf(chatId));
      else storage.set(keyOf(chatId), JSON.stringify(kept));
    } catch {
      // The device has no room: it stays for as long as the page does.
    }
  }
  unwritten.clear();
  for (const { chatId } of stored().slice(MOST)) storage.delete(keyOf(chatId));
}

/** Of this account, the one written last first. */
function stored(): readonly (Kept & { readonly chatId: string })[] {
  const prefix = keyOf('');
  return storage
    .keys()
    .filter(key => key.startsWith(prefix))
    .flatMap(key => {
      const kept = parsed(storage.get(key));
      return kept ? [{ ...kept, chatId: key.slice(prefix.length) }] : [];
    })
    .sort((a, b) => b.at - a.at);
}

function parsed(text: string | undefined): Kept | undefined {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Kept> | null;
    return typeof kept?.text === 'string' ? { at: 0, ...kept, text: kept.text } : undefined;
  } catch {
    return undefined;
  }
}

// Whoever signs in finds their own; when nobody is signed in, nobody's are left.
effect(() => {
  unwritten.clear();
  if (myId.value === '') for (const key of storage.keys()) if (key.startsWith(KEY)) storage.delete(key);
  drafts.value =
    myId.value === ''
      ? {}
      : Object.fromEntries(stored().map(({ chatId, text, answers }) => [chatId, { text, answers }]));
});

window.addEventListener('pagehide', write);
document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && write());

/** Counts the times that somebody wanted to answer or to edit, so that the composer can take the focus each time. */
export const composing = signal(0);

export function answer(message: Message): void {
  draft(message.chatId, { answers: message });
  composing.value += 1;
}
