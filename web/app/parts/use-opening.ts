/**
 * Where a conversation opens: at the first message that is unread, as far back as that is, or else at the end. The line
 * above what is unread stays for as long as the conversation is open.
 */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../../client/chat.js';
import { firstOf } from '../../client/history.js';
import { client, link, myId } from '../model.js';
import { firstUnread } from '../seen.js';

/** Pages of 200 that are loaded to get there. What lies further back is reached by scrolling. */
const MOST_PAGES = 10;
const PAGE = 200;

export interface Opening {
  /** Whether the view is where the user is meant to begin. */
  readonly placed: boolean;
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
  const first = after === undefined ? undefined : firstUnread(after, history.messages, myId.value);
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

  // Without a connection one begins at what is there.
  const ready = loaded.value || !online;
  useLayoutEffect(() => {
    if (placed.value || !ready) return;
    box.current?.querySelector(first ? '.new' : '.message:last-of-type')?.scrollIntoView({ block: 'start' });
    placed.value = true;
  }, [ready]);

  return { placed: placed.value, newAfter: first && first.seq - 1 };
}

/** The chat with its members, and its messages back to the first unread one. What the server refuses is not there. */
async function load(id: string, goesOn: () => boolean): Promise<void> {
  try {
    await client.open(id);
    for (let pages = 0; goesOn() && pages < MOST_PAGES && isFar(id); pages++) await client.older(id, PAGE);
  } catch {
    // It begins at what is there.
  }
}

/** Whether the first unread message is not loaded. */
function isFar(id: string): boolean {
  const chat = client.state.chats.get(id);
  return chat !== undefined && firstOf(chat.history) > chat.readSeq + 1;
}
