/**
 * The user's own state: what chats are to them alone, the same on all their devices. Of two states of a chat the one with
 * the higher `rev` is it; a jump of the note shows that something was missed.
 */
import { withoutHidden } from './arrivals.js';
import { firstOf, isWithin } from './history.js';
import type { OwnNews, OwnState, Stretch, Synced } from './shapes.js';
import type { Store } from './state.js';

/** As it is by now, with all that is hidden: ascending, none touching another. */
export interface OwnChat extends OwnState {
  readonly hidden: readonly Stretch[];
}

/** What is given is set; null unsets it. */
export interface OwnChange {
  readonly mutedUntil?: string | null;
  readonly notify?: 'all' | 'mentions' | 'none';
  readonly archived?: boolean;
  readonly pinned?: boolean;
  readonly draft?: { readonly body: string; readonly replyTo?: string | null; readonly at: string };
}

export interface Own {
  /** Everything up to it is known. */
  readonly note: number;
  /** Whether something is known to be missing. */
  readonly behind: boolean;
  /** Sets something of a chat. Rejects with a Refusal. */
  set(chatId: string, change: OwnChange): Promise<OwnState>;
  heard(news: OwnNews): void;
  synced(me: NonNullable<Synced['me']>): void;
  /** The server has hidden this message from the user. */
  hide(chatId: string, seq: number): void;
}

export interface OwnOptions {
  readonly store: Store;
  readonly patch: (chatId: string, change: OwnChange) => Promise<OwnState>;
  /** A state as the server has it now. */
  readonly taken: (state: OwnState) => void;
  /** More is to be known of a chat than what is left of it tells. */
  readonly load: (chatId: string) => void;
}

export function createOwn({ store, patch, taken, load }: OwnOptions): Own {
  let note = 0;
  let last = 0;

  function take(state: OwnState): void {
    const { chatId, rev, hidden = [] } = state;
    const before = store.state.own[chatId];
    const all = joined([...(before?.hidden ?? []), ...hidden]);
    const newer = !before || rev >= before.rev;
    store.change({ own: { ...store.state.own, [chatId]: { ...(newer ? state : before), hidden: all } } });
    if (hidden.length > 0) hideAll(chatId, hidden);
    if (newer) taken(state);
  }

  function hideAll(chatId: string, hidden: readonly Stretch[]): void {
    const chat = store.state.chats.get(chatId);
    if (!chat) return;
    store.changeChat(chatId, each => withoutHidden(each, hidden));
    const wasLast = chat.lastMessage !== null && isWithin(hidden, chat.lastMessage.seq);
    const replaced = store.state.chats.get(chatId)?.lastMessage;
    const uncounted = hidden.some(({ to }) => to > chat.readSeq) && firstOf(chat.history) > chat.readSeq + 1;
    if ((wasLast && !replaced) || uncounted) load(chatId);
  }

  return {
    get note() {
      return note;
    },
    get behind() {
      return last > note;
    },
    async set(chatId, change) {
      const state = await patch(chatId, change);
      take(state);
      return state;
    },
    heard({ note: given, chats }) {
      last = Math.max(last, given);
      if (given === note + 1) note = given;
      for (const state of chats) take(state);
    },
    synced({ note: given, chats, reset }) {
      if (reset) {
        store.change({ own: {} });
        last = 0;
      }
      note = reset ? given : Math.max(note, given);
      for (const state of chats) take(state);
    },
    hide(chatId, seq) {
      const before = store.state.own[chatId] ?? { chatId, rev: 0 };
      take({ ...before, hidden: [{ from: seq, to: seq }] });
    },
  };
}

/** Stretches that overlap or touch are one. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const before = found.at(-1);
    if (before && from <= before.to + 1) found[found.length - 1] = { from: before.from, to: Math.max(before.to, to) };
    else found.push({ from, to });
  }
  return found;
}
