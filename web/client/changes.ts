/**
 * Changes of messages on their way out: edits, deletions, reactions, pins. Each is kept until the server has carried it
 * out, and waits for the message that it is about, if that has no place yet. Of two of a kind the later one goes.
 */
import type { Clock } from './clock.js';
import { heldIn } from './history.js';
import { createPause } from './pause.js';
import { Refusal } from './refusal.js';
import type { Message } from './shapes.js';
import type { Change, PendingChange, Store } from './state.js';
import { type Storage, storedIn } from './storage.js';

/** A message that is stored, or one's own that is on its way. */
export type MessageRef = Pick<Message, 'chatId' | 'clientId' | 'senderId'> & { readonly seq?: number };

export interface Changes {
  /** Answers with the name of what is on its way now. Nothing goes before `delayMs` are over. */
  add(message: MessageRef, change: Change, delayMs?: number): string;
  /** Sends what waits; called whenever the connection has come. */
  flush(): void;
  /** Messages as they are now. */
  settle(messages: readonly Message[]): void;
  /** Gives one up that has not gone yet, or that failed. */
  discard(id: string): void;
  close(): void;
}

export interface ChangesOptions {
  readonly userId: string;
  readonly storage: Storage;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly ask: (event: string, data: object) => Promise<Carried>;
  /** The server has hidden a message from the user. */
  readonly hidden: (chatId: string, seq: number) => void;
  /** What was carried out a while ago has not been heard of. */
  readonly missing: () => void;
}

/** How the server answers a change; without a number it is carried out soon, and comes by itself. */
interface Carried {
  readonly status: 'stored' | 'accepted';
  readonly change?: number;
}

const KEY = 'changes/';
/** A change that was carried out is asked for when it has not come by itself in this time, and taken for known after two. */
const MISSING_MS = 4_000;

export const changesOf = (userId: string): string => `${KEY}${userId}/`;

export function createChanges(options: ChangesOptions): Changes {
  const { userId, storage, store, clock, newId, ask } = options;
  const keyOf = (id: string) => changesOf(userId) + id;
  const timers = new Map<string, () => void>();
  const pause = createPause(clock);
  let closed = false;

  const all = () => store.state.changes;
  const put = (changes: readonly PendingChange[]) => store.change({ changes });
  const become = (id: string, part: Partial<PendingChange>) =>
    put(all().map(each => (each.id === id ? { ...each, ...part } : each)));

  function later(id: string, ms: number, run: () => void): void {
    timers.get(id)?.();
    timers.set(id, clock.later(ms, run));
  }

  function remove(id: string): void {
    timers.get(id)?.();
    timers.delete(id);
    storage.delete(keyOf(id));
    put(all().filter(each => each.id !== id));
  }

  async function send(pending: PendingChange, seq: number): Promise<void> {
    const { id, chatId, change } = pending;
    become(id, { state: 'sending' });
    try {
      const { event, data } = asked(change, id);
      const carried = await ask(event, { chatId, seq, ...data });
      if (closed) return;
      pause.succeeded();
      storage.delete(keyOf(id));
      if (isForOneself(change)) {
        options.hidden(chatId, seq);
        remove(id);
      } else {
        become(id, { state: 'sent', ...(carried.change !== undefined && { rev: carried.change }) });
        expect(id, 2);
        settleChat(chatId);
      }
    } catch (thrown) {
      if (!closed) failed(id, Refusal.from(thrown));
    }
    flush();
  }

  function failed(id: string, refusal: Refusal): void {
    if (refusal.passes || refusal.code === 'unauthorized') {
      become(id, { state: 'waiting' });
      pause.after(refusal, flush);
      return;
    }
    storage.delete(keyOf(id));
    become(id, { state: 'failed', reason: refusal.message });
  }

  function expect(id: string, rounds: number): void {
    later(id, MISSING_MS, () => {
      if (rounds === 0) return remove(id);
      options.missing();
      expect(id, rounds - 1);
    });
  }

  function flush(): void {
    if (closed || pause.on || store.state.link !== 'online') return;
    const busy = new Set(all().flatMap(({ state, chatId }) => (state === 'sending' ? [chatId] : [])));
    for (const pending of all()) {
      const { id, chatId, state, seq, notBefore } = pending;
      if (state !== 'waiting' || seq === undefined || busy.has(chatId)) continue;
      if (storage.get(keyOf(id)) === undefined) remove(id);
      else if (notBefore > clock.now()) later(id, notBefore - clock.now(), flush);
      else {
        busy.add(chatId);
        void send(pending, seq);
      }
    }
  }

  /** What is in the way of a change because it is about the same thing of the same message. */
  const replaces = (change: Change, message: MessageRef) => (each: PendingChange) =>
    each.state !== 'sending' && isOf(each, message) && (change.kind === 'delete' || isAlike(change, each.change));

  function settleChat(chatId: string): void {
    const history = store.state.chats.get(chatId)?.history;
    if (history) settle(heldIn(history));
  }

  function settle(messages: readonly Message[]): void {
    if (all().length === 0) return;
    for (const message of messages) {
      for (const { id, state, rev, seq, change } of all().filter(each => isOf(each, message))) {
        if (state === 'sent' && rev !== undefined && rev <= (message.rev ?? 0)) remove(id);
        else if (message.hidden || (state === 'waiting' && isVain(change, message))) remove(id);
        else if (seq === undefined) become(id, { seq: message.seq });
      }
    }
    flush();
  }

  put(storedIn<PendingChange>(storage, changesOf(userId)).sort((a, b) => (a.at < b.at ? -1 : 1)));

  return {
    add({ chatId, clientId, senderId, seq }, change, delayMs = 0) {
      const message = { chatId, clientId, senderId, ...(seq !== undefined && { seq }) };
      for (const { id } of all().filter(replaces(change, message))) remove(id);
      const [id, now] = [newId(), clock.now()];
      const pending: PendingChange = {
        ...{ id, ...message, change, state: 'waiting', notBefore: now + delayMs },
        at: new Date(now).toISOString(),
      };
      storage.set(keyOf(id), JSON.stringify(pending));
      put([...all(), pending]);
      settleChat(chatId);
      flush();
      return id;
    },
    flush() {
      pause.end();
      flush();
    },
    settle,
    discard(id) {
      if (all().some(each => each.id === id && (each.state === 'waiting' || each.state === 'failed'))) remove(id);
    },
    close() {
      closed = true;
      pause.end();
      for (const cancel of timers.values()) cancel();
    },
  };
}

const isOf = (pending: PendingChange, { chatId, clientId, senderId, seq }: MessageRef): boolean =>
  pending.chatId === chatId &&
  (pending.seq !== undefined && seq !== undefined
    ? pending.seq === seq
    : pending.clientId === clientId && pending.senderId === senderId);

const isForOneself = (change: Change): boolean => change.kind === 'delete' && change.scope === 'me';

/** Nothing is done with a deleted message, but that it is taken out of one's own sight. */
const isVain = (change: Change, { deletedAt }: Message): boolean => deletedAt !== undefined && !isForOneself(change);

const isAlike = (one: Change, other: Change): boolean =>
  one.kind === other.kind && (one.kind !== 'react' || other.kind !== 'react' || one.emoji === other.emoji);

function asked(change: Change, clientId: string): { event: string; data: object } {
  const { kind, ...data } = change;
  return { event: `message:${kind}`, data: kind === 'edit' ? { clientId, ...data } : data };
}

/** A message that is stored, or is about to be. */
type Changeable = Omit<Message, 'id' | 'seq'> & { readonly seq?: number };

/** The message as it will be when what the user has asked for is carried out. */
export function withPending<Of extends Changeable>(message: Of, changes: readonly PendingChange[]): Of {
  return changes.filter(each => each.state !== 'failed' && isOf(each, message)).reduce(applied<Of>, message);
}

function applied<Of extends Changeable>(message: Of, { change, at }: PendingChange): Of {
  switch (change.kind) {
    case 'edit': {
      // What the server will find in the new words is not known yet.
      const { entities: _, ...rest } = message;
      return { ...rest, body: change.body, ...(change.entities && { entities: change.entities }), editedAt: at } as Of;
    }
    case 'delete':
      return { ...message, body: '', deletedAt: at };
    case 'pin': {
      const { pinnedAt = at, ...rest } = message;
      return (change.on ? { ...rest, pinnedAt } : rest) as Of;
    }
    case 'react':
      return withReaction(message, change.emoji, change.on);
  }
}

function withReaction<Of extends Changeable>(message: Of, emoji: string, on: boolean): Of {
  const { mine = [], reactions = [] } = message;
  if (mine.includes(emoji) === on) return message;
  const found = reactions.find(each => each.emoji === emoji)?.count ?? 0;
  const others = reactions.filter(each => each.emoji !== emoji);
  const count = found + (on ? 1 : -1);
  const next = count > 0 ? [...others, { emoji, count }] : others;
  next.sort((one, other) => (pointsOf(one.emoji) < pointsOf(other.emoji) ? -1 : 1));
  return { ...message, reactions: next, mine: on ? [...mine, emoji] : mine.filter(each => each !== emoji) };
}

/** In the order of code points, which that of JavaScript's strings is not. */
const pointsOf = (text: string): string =>
  Array.from(text, point => (point.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join('');
