/**
 * Closes gaps: asks with the cursors of all chats for what comes after them, until nothing is missing. However many ask
 * for it at a time, one `sync` is under way.
 */
import { withChanges, withMessages } from './arrivals.js';
import { type ChatState, type Extent, isBehind } from './chat.js';
import type { Clock } from './clock.js';
import { answered, veiled, withHidden } from './history.js';
import type { Own } from './own-state.js';
import { Refusal } from './refusal.js';
import type { Message, Synced } from './shapes.js';
import type { Store } from './state.js';
import { mayMention } from './unread.js';
import { withReadSeqs } from './watermarks.js';
import type { Wire } from './wire.js';

export interface CatchUp {
  /** Asks, whether or not something is known to be missing. */
  now(): void;
  /** Asks if something still is missing in a moment: what seems to be a gap often closes by itself. */
  soon(): void;
  close(): void;
}

export interface CatchUpOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly wire: Wire;
  readonly own: Pick<Own, 'note' | 'behind' | 'synced'>;
  readonly ask: (event: 'sync', data: object) => Promise<Synced>;
  /** Messages came, whose place is known. */
  readonly arrived: (chatId: string, messages: readonly Message[]) => void;
  /** A chat that the client does not know yet, or of which more is to be known than an answer tells. */
  readonly discovered: (chatId: string) => void;
  /** The server was set back behind what the client holds of the chat. */
  readonly restart: (chatId: string, extent: Extent) => void;
  /** No answer in time. */
  readonly stuck: () => void;
}

/** Of messages, and of changes where the server counts them. */
type Cursor = number | { readonly seq: number; readonly change: number };

const cursorOf = (cursor: Cursor = 0) => (typeof cursor === 'number' ? { seq: cursor, change: 0 } : cursor);

const MOMENT_MS = 100;
const RETRY_MS = 3_000;
const ANSWER_MS = 8_000;
const MOST_CHATS = 5_000;
const LIMIT = 200;

export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { clock, store, wire, own, ask } = options;
  let running = false;
  let again = false;
  let closed = false;
  let cancel: (() => void) | undefined;

  const chats = () => [...store.state.chats.values()];

  async function run(): Promise<void> {
    if (running) {
      again = true;
      return;
    }
    running = true;
    const since = clock.now();
    let healed = 0;
    try {
      do {
        again = false;
        const { more, count } = await round();
        healed += count;
        again ||= more;
      } while (again && !closed);
      if (healed > 0) wire.note('gap healed', { messages: healed }, clock.now() - since);
    } catch {
      if (!closed && store.state.link === 'online') later(RETRY_MS, () => void run());
    } finally {
      running = false;
    }
  }

  async function round(): Promise<{ more: boolean; count: number }> {
    const cursors: Readonly<Record<string, Cursor>> = Object.fromEntries(
      chats()
        .slice(0, MOST_CHATS)
        .map(({ id, history, change }) => [id, change === undefined ? history.upTo : { seq: history.upTo, change }]),
    );
    // A server that counts no changes knows nothing of own state.
    const counts = Object.values(cursors).some(cursor => typeof cursor !== 'number');
    let asked = cursors;
    const synced = await reply({ cursors, limit: LIMIT, ...(counts && { me: own.note }) }).catch(error => {
      // While servers are updated, the next one to be connected to may be older, and take seqs alone.
      if (!counts || Refusal.from(error).code !== 'invalid') throw error;
      const seqs = Object.entries(cursors).map(([chatId, cursor]) => [chatId, cursorOf(cursor).seq]);
      asked = Object.fromEntries(seqs);
      return reply({ cursors: asked, limit: LIMIT });
    });
    if (closed) return { more: false, count: 0 };
    const { me } = synced;
    if (me) own.synced(me);
    let count = 0;
    let anew = false;
    for (const {
      chatId,
      messages,
      changed = [],
      changeUpto,
      lastSeq,
      lastChange,
      readSeqs,
      reset,
      more,
    } of synced.chats) {
      const before = store.state.chats.get(chatId);
      if (!before) options.discovered(chatId);
      const cursor = cursorOf(asked[chatId]);
      const extent = { lastSeq, lastChange, readSeqs };
      if (reset) options.restart(chatId, extent);
      store.changeChat(chatId, chat => merged(chat, extent));
      if (reset) count += 1;
      // Where no change was named, it begins at the present one: of what is held, or still to be heard, it leaves changes out.
      const named = typeof asked[chatId] === 'object';
      const upToChange = named || changeUpto === undefined ? changeUpto : 0;
      if ((upToChange ?? 0) > (before?.change ?? Number.POSITIVE_INFINITY)) count += changed.length + 1;
      // What has its place by now, and had not when it was asked for, has changed since, as far as one knows.
      const late = messages.filter(
        ({ seq, rev = 0 }) => rev > 0 && seq <= (store.state.chats.get(chatId)?.history.upTo ?? 0),
      );
      const now = veiled(answered([...changed, ...late]), store.state.own[chatId]?.hidden);
      if (before && mayMention(before, now)) options.discovered(chatId);
      if (upToChange !== undefined) store.changeChat(chatId, chat => withChanges(chat, now, upToChange));
      anew ||= before !== undefined && before.change === undefined && (changeUpto ?? 0) > 0;
      const upTo = more ? (messages.at(-1)?.seq ?? cursor.seq) : lastSeq;
      const all = before && !reset ? withHidden(chatId, messages, cursor.seq, upTo) : messages;
      count += all.filter(({ seq }) => seq > (store.state.chats.get(chatId)?.history.upTo ?? Infinity)).length;
      options.arrived(chatId, answered(all));
    }
    for (const chatId of synced.unknown) store.changeChat(chatId, () => undefined);
    // Whoever got nothing gets nothing next time either.
    const more = synced.more === true || synced.chats.some(each => each.more);
    return { more: (count > 0 && more) || me?.more === true || anew, count };
  }

  async function reply(data: object): Promise<Synced> {
    const cancelAlarm = clock.later(ANSWER_MS, options.stuck);
    try {
      return await ask('sync', data);
    } finally {
      cancelAlarm();
    }
  }

  const merged = (chat: ChatState, { lastSeq, lastChange, readSeqs }: Extent): ChatState => {
    const known = {
      ...chat,
      lastSeq: Math.max(chat.lastSeq, lastSeq),
      ...(lastChange !== undefined && { lastChange: Math.max(chat.lastChange ?? 0, lastChange) }),
    };
    return withReadSeqs(withMessages(known, []), readSeqs);
  };

  function later(ms: number, work: () => void): void {
    cancel?.();
    cancel = clock.later(ms, () => {
      cancel = undefined;
      work();
    });
  }

  return {
    now: () => void run(),
    soon() {
      if (cancel) return;
      later(MOMENT_MS, () => {
        if (store.state.link === 'online' && (own.behind || chats().some(isBehind))) void run();
      });
    },
    close() {
      closed = true;
      cancel?.();
    },
  };
}
