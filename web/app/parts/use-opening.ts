/**
 * Where a conversation opens: at the first message that is unread, however far back that is, or at the end where nothing
 * is. The line above what is unread stays for as long as the conversation is open.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { stretchAt } from '../../client/history.js';
import { client, link, myId } from '../model.js';
import { firstUnread } from '../seen.js';
import type { Window } from './use-window.js';

export interface Opening {
  /** Whether the view is where the user is meant to begin. */
  readonly placed: boolean;
  /** Whether what is there is to be shown: while page after page is loaded, each would be laid out for nobody. */
  readonly ready: boolean;
  /** The seq after which what was unread begins. */
  readonly newAfter: number | undefined;
}

export function useOpening(chat: ChatState, { go, view }: Pick<Window, 'go' | 'view'>): Opening {
  const { id, readSeq, unread, history } = chat;
  const placed = useSignal(unread === 0);
  const loaded = useSignal(false);
  const newAfter = useRef(unread > 0 ? readSeq : undefined);
  const hadUnread = useRef(unread > 0);
  // What comes while one looks elsewhere has a line of its own.
  if (
    unread > 0 &&
    !hadUnread.current &&
    (!view.peek().atEnd || document.visibilityState !== 'visible' || !document.hasFocus())
  )
    newAfter.current = readSeq;
  hadUnread.current = unread > 0;

  const { current: after } = newAfter;
  // Where something before it is not loaded, the first message that is there is not the first unread one.
  const stretch = after === undefined ? undefined : stretchAt(history, after + 1);
  const first = stretch && firstUnread(after ?? 0, stretch, myId.value);
  const online = link.value === 'online';

  useEffect(() => {
    if (placed.value || !online) return;
    let current = true;
    void load(id).then(() => {
      if (!current) return;
      // Until the chat was loaded with its members, how far one has read may be a guess.
      newAfter.current = client.state.chats.get(id)?.readSeq;
      loaded.value = true;
    });
    return () => {
      current = false;
    };
  }, [id, online]);

  const ready = placed.value || loaded.value || !online;
  useLayoutEffect(() => {
    if (placed.value || !ready) return;
    if (first) void go(first.seq, 'start');
    placed.value = true;
  }, [ready]);

  return { placed: placed.value, ready, newAfter: first && first.seq - 1 };
}

/** The chat with its members, and its messages around the first unread one. What the server refuses is not there. */
async function load(id: string): Promise<void> {
  try {
    await client.open(id);
    const chat = client.state.chats.get(id);
    if (chat && chat.unread > 0) await client.look(id, { from: chat.readSeq + 1, to: chat.readSeq + 1 });
  } catch {
    // It begins at what is there.
  }
}
