/** Finds where in a chat a message is of which only the id is known: page by page towards the beginning, without keeping any. */
import { heldIn } from './history.js';
import type { Place } from './near.js';
import type { Message } from './shapes.js';
import type { Store } from './state.js';

export interface SeekOptions {
  readonly store: Store;
  readonly fetch: (chatId: string, place: Place, limit: number) => Promise<readonly Message[]>;
}

/** The seq of the message; undefined where there is none, or where it is too far back. */
export type Seek = (chatId: string, messageId: string, before?: number) => Promise<number | undefined>;

const PAGE = 200;
const MOST_PAGES = 50;

export const createSeek =
  ({ store, fetch }: SeekOptions): Seek =>
  async (chatId, messageId, before) => {
    const history = store.state.chats.get(chatId)?.history;
    const held = history && heldIn(history).find(({ id }) => id === messageId);
    let place = before ?? (history?.upTo ?? 0) + 1;
    if (held || !history) return held?.seq;
    for (let pages = 0; pages < MOST_PAGES && place > history.begins; pages++) {
      const page = await fetch(chatId, { before: place }, PAGE);
      const found = page.find(({ id }) => id === messageId);
      if (found || page.length === 0) return found?.seq;
      place = page[0]?.seq ?? 0;
    }
    return undefined;
  };
