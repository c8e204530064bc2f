/** Older messages of a chat, a page at a time, as they are once the page is there. */
import { withOlder } from './chat.js';
import { answered, firstOf, withHidden } from './history.js';
import type { Message } from './shapes.js';
import type { Store } from './state.js';

export interface PagesOptions {
  readonly store: Store;
  /** Up to `limit` messages before this seq, ascending. */
  readonly fetch: (chatId: string, before: number, limit: number) => Promise<readonly Message[]>;
}

/** Puts a page in front of what is held of a chat, and answers what came. */
export type LoadOlder = (chatId: string, limit: number) => Promise<readonly Message[]>;

export function createPages({ store, fetch }: PagesOptions): LoadOlder {
  const chat = (chatId: string) => store.state.chats.get(chatId);

  return async (chatId, limit) => {
    const first = firstOf(chat(chatId)?.history ?? NOTHING);
    if (first === 1) return [];
    for (;;) {
      const elsewhere = chat(chatId)?.changedElsewhere;
      const messages = answered(await fetch(chatId, first, limit));
      // A message that changed while its page was under way may be in it as it was before.
      if (chat(chatId)?.changedElsewhere !== elsewhere) continue;
      // A page may be short for its bytes: only where there is none at all is everything before hidden.
      const from = (messages[0]?.seq ?? 1) - 1;
      const all = withHidden(chatId, messages, from, first - 1);
      store.changeChat(chatId, each => withOlder(each, all));
      return messages;
    }
  };
}

const NOTHING = { messages: [], upTo: 0, ahead: [] };
