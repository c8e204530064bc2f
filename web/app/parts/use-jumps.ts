/** Ways through a conversation: to its end, to what is unread, and to a message that another one answers, or that is pinned. */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { client, myId } from '../model.js';
import { attempt, tell } from '../overlays.js';
import { firstUnread } from '../seen.js';
import { thumbs } from './composer.js';

/** How far back a message is looked for: so many pages of 200. */
const MOST_PAGES = 25;
const PAGE = 200;
const MARKED_MS = 2_000;

export interface Jumps {
  /** Whether something is being loaded to get there. */
  readonly searching: boolean;
  /** The id of the message that one has just come to. */
  readonly marked: string | undefined;
  toEnd(): void;
  toUnread(): Promise<void>;
  toMessage(id: string): Promise<void>;
}

/** Whoever writes is taken to the end: `written` names what they wrote last. */
export function useJumps(
  { id: chatId }: ChatState,
  box: RefObject<HTMLElement | null>,
  written: string | undefined,
): Jumps {
  const searching = useSignal(false);
  const marked = useSignal<string | undefined>(undefined);
  const chat = () => client.state.chats.get(chatId);

  function show(element: HTMLElement, block: 'center' | 'start'): void {
    element.scrollIntoView({ block });
    element.focus({ preventScroll: true });
  }
  const elementOf = (seq: number) => box.current?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);

  /** Loads what is before until `find` finds something, and answers its seq. */
  async function seek(find: () => number | undefined): Promise<number | undefined> {
    searching.value = true;
    try {
      for (let pages = 0; pages <= MOST_PAGES; pages++) {
        const seq = find();
        const known = chat();
        if (seq !== undefined || !known || firstOf(known.history) === known.history.begins) return seq;
        if (!(await attempt(client.older(chatId, PAGE)))) return undefined;
      }
      return undefined;
    } finally {
      searching.value = false;
      // What was loaded stands in the page from here on.
      await new Promise(requestAnimationFrame);
    }
  }

  function toEnd(): void {
    box.current?.scrollTo({ top: 0 });
    // Under a thumb the focus would bring up what one can do with a message.
    if (!thumbs.matches)
      box.current?.querySelector<HTMLElement>('.message:last-of-type')?.focus({ preventScroll: true });
  }

  async function toUnread(): Promise<void> {
    const seq = await seek(() => {
      const known = chat();
      if (!known || firstOf(known.history) > known.readSeq + 1) return undefined;
      return firstUnread(known.readSeq, known.history.messages, myId.value)?.seq;
    });
    const known = chat();
    const element = elementOf(seq ?? (known ? firstOf(known.history) : 0));
    if (element) show(element, 'start');
  }

  async function toMessage(id: string): Promise<void> {
    const seq = await seek(() => chat()?.history.messages.find(message => message.id === id)?.seq);
    const element = seq === undefined ? undefined : elementOf(seq);
    if (!element) return tell('This message is too far back to be shown.');
    show(element, 'center');
    marked.value = id;
  }

  useEffect(() => {
    if (marked.value === undefined) return;
    const timer = setTimeout(() => {
      marked.value = undefined;
    }, MARKED_MS);
    return () => clearTimeout(timer);
  }, [marked.value]);
  useEffect(() => {
    if (written !== undefined) box.current?.scrollTo({ top: 0 });
  }, [written]);

  return { searching: searching.value, marked: marked.value, toEnd, toUnread, toMessage };
}
