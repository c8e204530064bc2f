/**
 * Pages of a chat's history, asked for where somebody looks and dropped where nobody does. Of each chat one page is under
 * way at a time, and nothing is dropped meanwhile: so what comes is as it is now, or is asked for again.
 */
import { withoutFar, withPage } from './arrivals.js';
import type { ChatState } from './chat.js';
import { answered, firstOf, historyFrom, veiled, withHidden } from './history.js';
import { BOUNDS, type Bounds, missingNear, type Place, type View } from './near.js';
import type { Message } from './shapes.js';
import type { Store } from './state.js';

export interface PagesOptions {
  readonly store: Store;
  /** Up to `limit` messages, those next to the place, ascending. */
  readonly fetch: (chatId: string, place: Place, limit: number) => Promise<readonly Message[]>;
  /** Messages came, and are held. */
  readonly came: (messages: readonly Message[]) => void;
  /** `all`: nothing is dropped. */
  readonly keep: Keep;
  readonly bounds?: Bounds;
}

/** What of a chat's messages stays in memory: all that came, or what is near to where somebody looks, and the end. */
export type Keep = 'all' | 'near';

export interface Pages {
  /** Puts a page in front of what is held of the end. */
  older(chatId: string, limit?: number): Promise<void>;
  /** Somebody looks there: what is near is asked for, and settles this once it is held; what is far is dropped. */
  look(chatId: string, view: View): Promise<void>;
  /** Nobody looks any more: the end is all that is kept. */
  lookAway(chatId: string): void;
  /** Drops what has become too much by new messages. */
  trim(chatId: string): void;
}

export function createPages({ store, fetch, came, keep, bounds = BOUNDS }: PagesOptions): Pages {
  const views = new Map<string, View>();
  /** By chat: what is under way, and whatever is to follow it. */
  const turns = new Map<string, Promise<void>>();
  const looking = new Map<string, Promise<void>>();
  const chat = (chatId: string): ChatState | undefined => store.state.chats.get(chatId);

  function inTurn(chatId: string, work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(chatId) ?? Promise.resolve()).catch(() => undefined).then(work);
    turns.set(chatId, turn);
    const over = () => {
      if (turns.get(chatId) !== turn) return;
      turns.delete(chatId);
      trim(chatId);
    };
    turn.then(over, over);
    return turn;
  }

  async function load(chatId: string, place: Place, limit: number): Promise<void> {
    const before = chat(chatId);
    if (!before) return;
    const answer = await fetch(chatId, place, limit);
    const messages = veiled(answered(answer), store.state.own[chatId]?.hidden);
    const now = chat(chatId);
    // Where the history has begun anew, or what was not held has changed meanwhile, the page may tell what is not so any more.
    if (!now || now.era !== before.era || now.changedElsewhere !== before.changedElsewhere) return;
    store.changeChat(chatId, each => withPage(each, stretchOf(each, place, messages), beginOf(place, messages)));
    came(messages.filter(({ hidden }) => !hidden));
  }

  async function lookNow(chatId: string): Promise<void> {
    for (;;) {
      const [now, view] = [chat(chatId), views.get(chatId)];
      const place = now && view && missingNear(now.history, view, bounds);
      if (!place) return;
      await load(chatId, place, bounds.page);
    }
  }

  function trim(chatId: string): void {
    if (keep === 'near' && !turns.has(chatId))
      store.changeChat(chatId, each => withoutFar(each, views.get(chatId), bounds));
  }

  return {
    older: (chatId, limit = bounds.page) =>
      inTurn(chatId, async () => {
        const first = firstOf(chat(chatId)?.history ?? NOTHING);
        for (;;) {
          const { history = NOTHING } = chat(chatId) ?? {};
          if (firstOf(history) !== first || first <= history.begins) return;
          await load(chatId, { before: first }, limit);
        }
      }),
    look(chatId, view) {
      views.set(chatId, view);
      const found = looking.get(chatId);
      if (found) return found;
      const begun = inTurn(chatId, () => lookNow(chatId)).finally(() => looking.delete(chatId));
      looking.set(chatId, begun);
      return begun;
    },
    lookAway(chatId) {
      views.delete(chatId);
      trim(chatId);
    },
    trim,
  };
}

const NOTHING = historyFrom(0);

/** Where there is no message at all before it, everything before is hidden. A page may be short for its bytes. */
const beginOf = (place: Place, messages: readonly Message[]): number | undefined =>
  'before' in place && messages.length === 0 ? place.before : undefined;

/** What a page says of the chat: a stretch without holes next to its place. */
function stretchOf({ id, history }: ChatState, place: Place, messages: readonly Message[]): readonly Message[] {
  const [first, last] = [messages[0]?.seq, messages.at(-1)?.seq];
  if ('before' in place) return first === undefined ? [] : withHidden(id, messages, first - 1, place.before - 1);
  return withHidden(id, messages, place.after, last ?? firstOf(history) - 1);
}
