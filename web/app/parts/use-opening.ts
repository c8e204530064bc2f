/**
 * Where a conversation opens: at the first message that is unread, or at the end where nothing is, or where that is too
 * far back to be loaded meanwhile. The line above what is unread stays for as long as the conversation is open.
 */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { client, link, myId } from '../model.js';
import { firstUnread } from '../seen.js';

/** Messages that are loaded to get there. */
const MOST = 1_000;
const PAGE = 200;

export interface Opening {
  /** Whether the view is where the user is meant to begin. */
  readonly placed: boolean;
  /** Whether what is there is to be shown: while page after page is loaded, each would be laid out for nobody. */
  readonly ready: boolean;
  /** The seq after which what was unread begins. */
  readonly newAfter: number | undefined;
}

export function useOpening(chat: ChatState, box: RefObject<HTMLElement | null>, atEnd: boolean): Opening {
  const { id, readSeq, unread, history } = chat;
  const placed = useSignal(unread === 0);
  const loaded = useSignal(false);
  const newAfter = useRef(unread > 0 ? readSeq : undefined);
  const hadUnread = useRef(unread > 0);
  // What comes while one looks elsewhere has a line of its own.
  if (unread > 0 && !hadUnread.current && (!atEnd || document.visibilityState !== 'visible' || !document.hasFocus()))
    newAfter.current = readSeq;
  hadUnread.current = unread > 0;

  const { current: after } = newAfter;
  // Where something before it is not loaded, the first message that is there is not the first unread one.
  const reached = after !== undefined && firstOf(history) <= after + 1;
  const first = reached ? firstUnread(after, history.messages, myId.value) : undefined;
  const online = link.value === 'online';

  useEffect(() => {
    if (placed.value || !online) return;
    let current = true;
    void load(id, () => current).then(() => {
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
    if (first) box.current?.querySelector('.new')?.scrollIntoView({ block: 'start' });
    placed.value = true;
  }, [ready]);

  return { placed: placed.value, ready, newAfter: first && first.seq - 1 };
}

/** The chat with its members, and its messages back to the first unread one. What the server refuses is not there. */
async function load(id: string, goesOn: () => boolean): Promise<void> {
  try {
    await client.open(id);
    if (distance(id) > MOST) return;
    while (goesOn() && distance(id) > 0) {
      const before = distance(id);
      await client.older(id, PAGE);
      if (distance(id) === before) return;
    }
  } catch {
    // It begins at what is there.
  }
}

/** How many messages after the last that was read are not loaded. */
function distance(id: string): number {
  const chat = client.state.chats.get(id);
  return chat === undefined ? 0 : Math.max(0, firstOf(chat.history) - chat.readSeq - 1);
}
