/** Ways through a conversation: to its end, to what is unread, and to a message that another one answers, or that is pinned. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { stretchAt } from '../../client/history.js';
import { client, myId } from '../model.js';
import { attempt, tell } from '../overlays.js';
import { firstUnread } from '../seen.js';
import { thumbs } from './composer.js';
import type { Window } from './use-window.js';

const MARKED_MS = 2_000;

export interface Jumps {
  /** Whether something is being loaded to get there. */
  readonly searching: boolean;
  /** The seq of the message that one has just come to. */
  readonly marked: number | undefined;
  toEnd(): void;
  toUnread(): Promise<void>;
  /** By its place, or by its id alone, of one that an answer names. */
  toMessage(message: { readonly seq: number } | { readonly id: string; readonly before: number }): Promise<void>;
}

/** Whoever writes is taken to the end: `written` names what they wrote last. */
export function useJumps(
  { id: chatId }: ChatState,
  { go, toEnd }: Pick<Window, 'go' | 'toEnd'>,
  written: string | undefined,
): Jumps {
  const searching = useSignal(false);
  const marked = useSignal<number | undefined>(undefined);

  async function busy<Result>(work: Promise<Result>): Promise<Result> {
    searching.value = true;
    return work.finally(() => {
      searching.value = false;
    });
  }

  async function toUnread(): Promise<void> {
    const after = client.state.chats.get(chatId)?.readSeq ?? 0;
    if (!(await busy(attempt(client.look(chatId, { from: after + 1, to: after + 1 }))))) return;
    const history = client.state.chats.get(chatId)?.history;
    const stretch = (history && stretchAt(history, after + 1)) ?? [];
    await busy(go(firstUnread(after, stretch, myId.value)?.seq ?? after + 1, 'start', true));
  }

  async function seqOf(message: Parameters<Jumps['toMessage']>[0]): Promise<number | undefined> {
    if ('seq' in message) return message.seq;
    let seq: number | undefined;
    const asked = client.find(chatId, message.id, message.before).then(found => {
      seq = found;
    });
    if ((await attempt(asked)) && seq === undefined) tell('This message is too far back to be shown.');
    return seq;
  }

  async function toMessage(message: Parameters<Jumps['toMessage']>[0]): Promise<void> {
    const seq = await busy(seqOf(message));
    if (seq !== undefined && (await busy(go(seq, 'center', true)))) marked.value = seq;
  }

  useEffect(() => {
    if (marked.value === undefined) return;
    const timer = setTimeout(() => {
      marked.value = undefined;
    }, MARKED_MS);
    return () => clearTimeout(timer);
  }, [marked.value]);
  useEffect(() => {
    if (written !== undefined) toEnd();
  }, [written]);

  return {
    searching: searching.value,
    marked: marked.value,
    // Under a thumb the focus would bring up what one can do with a message.
    toEnd: () => toEnd(!thumbs.matches),
    toUnread,
    toMessage,
  };
}
