/**
 * What is written and not sent yet, by chat. It is kept on the device at once, and given to the server when the writing
 * pauses; of two drafts of a chat the one that was written later is it, wherever that was. What is sent takes its draft
 * along, so that it goes on all devices and does not come back.
 */
import type { Cell } from './cell.js';
import type { Clock } from './clock.js';
import { createKeptDrafts, type Draft, type Drafts, isEmpty, type Kept } from './kept-drafts.js';
import type { OwnChange } from './own-state.js';
import { createPause } from './pause.js';
import { Refusal } from './refusal.js';
import type { OwnState } from './shapes.js';
import type { Store } from './state.js';
import type { Storage } from './storage.js';

export interface DraftKeeper {
  write(chatId: string, draft: Draft): void;
  /** Takes the draft of what is sent away. Answers its time, where the server may have it. */
  take(chatId: string): string | undefined;
  /** What a chat is to the user now. */
  heard(state: OwnState): void;
  /** Tells the server what it has not heard; called whenever the connection has come. */
  flush(): void;
  close(): void;
}

export interface DraftOptions {
  readonly userId: string;
  readonly storage: Storage;
  readonly cell: Cell<Drafts>;
  readonly store: Store;
  readonly clock: Clock;
  readonly set: (chatId: string, change: OwnChange) => Promise<OwnState>;
}

/** What the server takes, in code points. */
const LONGEST = 4_096;
/** How long nobody may have written, and how long writing may go on, before the server is told. */
const PAUSE_MS = { still: 1_000, most: 5_000 };

export function createDrafts({ userId, storage, cell, store, clock, set }: DraftOptions): DraftKeeper {
  const device = createKeptDrafts(storage, userId);
  const timers = new Map<string, { readonly since: number; readonly cancel: () => void }>();
  const asking = new Set<string>();
  /** The time of the last draft of a chat that is gone. */
  const gone = new Map<string, string>();
  const pause = createPause(clock);
  let closed = false;

  function put(chatId: string, kept: Kept): void {
    cell.set({ ...cell.value, [chatId]: kept });
    device.keep(chatId, kept, cell.value);
  }

  function remove(chatId: string): void {
    const { [chatId]: kept, ...others } = cell.value;
    if (!kept) return;
    // What the server has never heard of is in nobody's way.
    if (kept.state !== 'new') gone.set(chatId, kept.at);
    timers.get(chatId)?.cancel();
    timers.delete(chatId);
    device.forget(chatId);
    cell.set(others);
  }

  function soon(chatId: string): void {
    const before = timers.get(chatId);
    const since = before?.since ?? clock.now();
    before?.cancel();
    const ms = Math.min(PAUSE_MS.still, Math.max(0, since + PAUSE_MS.most - clock.now()));
    const tellIt = () => {
      timers.delete(chatId);
      void tell(chatId);
    };
    timers.set(chatId, { since, cancel: clock.later(ms, tellIt) });
  }

  async function tell(chatId: string): Promise<void> {
    const kept = cell.value[chatId];
    if (!kept || closed || kept.state === 'saved' || kept.state === 'alone') return;
    if (asking.has(chatId) || pause.on || store.state.link !== 'online') return;
    const { body, replyTo, at } = kept;
    if ([...body].length > LONGEST) return;
    asking.add(chatId);
    put(chatId, { ...kept, state: 'changed' });
    try {
      const state = await set(chatId, { draft: { body, replyTo, at } });
      pause.succeeded();
      if (!closed && state.draft === undefined) refused(chatId, at);
    } catch (thrown) {
      const refusal = Refusal.from(thrown);
      if (!closed && refusal.passes) pause.after(refusal, flush);
    }
    asking.delete(chatId);
    if (!closed && cell.value[chatId]?.at !== at && !timers.has(chatId)) await tell(chatId);
  }

  /** The server has none: because there is nothing in it, or because a later one was sent from elsewhere. */
  function refused(chatId: string, at: string): void {
    const kept = cell.value[chatId];
    if (kept?.at !== at) return;
    if (isEmpty(kept)) remove(chatId);
    else put(chatId, { ...kept, state: 'alone' });
  }

  function flush(): void {
    for (const chatId of Object.keys(cell.value)) void tell(chatId);
  }

  const isSent = (chatId: string, at: string): boolean =>
    at <= (gone.get(chatId) ?? '') ||
    store.state.outbox.some(each => each.chatId === chatId && (each.draftAt ?? '') >= at);

  cell.set(device.all());

  return {
    write(chatId, draft) {
      const before = cell.value[chatId];
      const state = !before || before.state === 'new' ? 'new' : 'changed';
      const last = Math.max(Date.parse(before?.at ?? ''), Date.parse(gone.get(chatId) ?? '')) || 0;
      const at = new Date(Math.max(clock.now(), last + 1)).toISOString();
      if (state === 'new' && isEmpty(draft)) return remove(chatId);
      put(chatId, { ...draft, at, state });
      soon(chatId);
    },
    take(chatId) {
      const kept = cell.value[chatId];
      remove(chatId);
      return kept && kept.state !== 'new' ? kept.at : undefined;
    },
    heard({ chatId, draft }) {
      const kept = cell.value[chatId];
      if (!draft) {
        if (kept?.state === 'saved') remove(chatId);
        return;
      }
      const { body, replyTo = null, at } = draft;
      if (!kept && isSent(chatId, at)) return;
      if (kept && at < kept.at) {
        // It has one, then, which goes with what is sent instead.
        if (kept.state === 'new') put(chatId, { ...kept, state: 'changed' });
        return;
      }
      // Also where two were written at the same time: what the server has is it.
      const answers = kept?.answers?.id === replyTo ? kept.answers : undefined;
      put(chatId, { body, replyTo, answers, at, state: 'saved' });
    },
    flush() {
      pause.end();
      flush();
    },
    close() {
      closed = true;
      pause.end();
      for (const { cancel } of timers.values()) cancel();
    },
  };
}
