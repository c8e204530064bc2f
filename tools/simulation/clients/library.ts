/**
 * The product's own client library, as far as it keeps chats true: what is held and by which rules, catching up, and the
 * outbox of changes. Its connection is a line of the simulation, and its storage lasts as long as it does.
 */

import { contradicts, withChange, withMessages } from '../../../web/client/arrivals.js';
import { createCatchUp } from '../../../web/client/catch-up.js';
import { createChanges, type MessageRef } from '../../../web/client/changes.js';
import { type ChatState, isBehind } from '../../../web/client/chat.js';
import { systemClock as clock } from '../../../web/client/clock.js';
import { described, restarted } from '../../../web/client/described.js';
import { isWithin, veiled } from '../../../web/client/history.js';
import { createNews } from '../../../web/client/news.js';
import { createOwn } from '../../../web/client/own-state.js';
import type { Changed, Message, Synced } from '../../../web/client/shapes.js';
import { type Change, createStore } from '../../../web/client/state.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { createWire } from '../../../web/client/wire.js';

export interface ClientRules {
  /** Whether of two states of a message the one with the higher `rev` stays, or the one that came last. */
  readonly comparesRevs: boolean;
}

interface LibraryOptions {
  readonly userId: string;
  readonly rules: ClientRules;
  readonly newId: () => string;
  /** The answer's data; rejects with a Refusal. */
  readonly sync: (data: { readonly cursors: object; readonly me?: number }) => Promise<Synced>;
  readonly wish: (event: string, data: object) => Promise<{ status: 'stored' | 'accepted'; change?: number }>;
  /** Something is not as it was, after an event or an answer. */
  readonly looked: (chatId: string) => void;
  /** The server is taken for one that was set back, which here it never is. */
  readonly setBack: (chatId: string) => void;
}

export interface Library {
  readonly chats: () => ReadonlyMap<string, ChatState>;
  hear(event: string, data: unknown): void;
  hides(chatId: string, seq: number): boolean;
  catchUp(): void;
  change(message: MessageRef, change: Change): void;
  /** Whether a change waits to be sent, or for its answer. */
  busy(): boolean;
  online(is: boolean): void;
}

/** A chat of which everything is missing: here every client wants to have it from its first message on. */
const fromStart = (id: string, userId: string): ChatState =>
  described(
    {
      ...{ id, type: 'group', title: null, createdAt: '', lastSeq: 0, lastChange: 0, lastMessage: null, unread: 0 },
      ...{ memberCount: 2, members: [] },
    },
    userId,
  );

const nobody = { present: () => {}, meet: () => {} };

export function createLibrary({ userId, rules, newId, sync, wish, looked, setBack }: LibraryOptions): Library {
  const store = createStore();
  store.change({ loaded: true });

  function begin(chatId: string): void {
    if (store.state.chats.has(chatId)) return;
    store.change({ chats: new Map(store.state.chats).set(chatId, fromStart(chatId, userId)) });
  }
  function meet(chatId: string): void {
    begin(chatId);
    catchUp.now();
  }

  function arrived(chatId: string, given: readonly Message[], taken = withMessages): void {
    const messages = veiled(given, store.state.own[chatId]?.hidden);
    const before = store.state.chats.get(chatId);
    if (before && messages.some(message => contradicts(before, message))) setBack(chatId);
    store.changeChat(chatId, chat => replaced(taken(chat, messages), messages));
    const chat = store.state.chats.get(chatId);
    if (!chat) return;
    changes.settle(messages.filter(({ seq }) => seq <= chat.history.upTo));
    looked(chatId);
    if (isBehind(chat)) catchUp.soon();
  }

  /** What is older takes the place of what is held, as if nobody compared them. */
  function replaced(chat: ChatState, messages: readonly Message[]): ChatState {
    if (rules.comparesRevs) return chat;
    const latest = new Map(messages.map(message => [message.seq, message]));
    const held = chat.history.messages.map(message => {
      const came = latest.get(message.seq);
      return came && (came.rev ?? 0) < (message.rev ?? 0) ? came : message;
    });
    return { ...chat, history: { ...chat.history, messages: held } };
  }

  const own = createOwn({
    store,
    patch: () => Promise.reject(new Error('nobody sets anything')),
    taken: () => {},
    load: meet,
  });
  const catchUp = createCatchUp({
    clock,
    store,
    wire: createWire(clock, 1),
    own,
    ask: (_event, data) => sync(data as { cursors: object }),
    arrived,
    discovered: begin,
    restart(chatId, extent) {
      setBack(chatId);
      store.changeChat(chatId, chat => restarted(chat, extent));
    },
    stuck: () => {},
  });
  const changes = createChanges({
    ...{ userId, store, clock, newId },
    storage: memoryStorage(),
    ask: wish,
    hidden: own.hide,
    missing: catchUp.now,
  });
  const hear = createNews({
    ...{ userId, store, people: nobody, typing: { heard: () => {} }, own, arrived },
    describe: ({ id }) => meet(id),
    changed: (changed: Changed) =>
      arrived(changed.chatId, [changed.message], (chat, [message = changed.message]) =>
        withChange(chat, { ...changed, message }),
      ),
    load: meet,
    behind: catchUp.soon,
  });

  return {
    chats: () => store.state.chats,
    hear,
    hides: (chatId, seq) => isWithin(store.state.own[chatId]?.hidden ?? [], seq),
    catchUp: catchUp.now,
    change: (message, change) => void changes.add(message, change),
    busy: () => store.state.changes.some(({ state }) => state === 'waiting' || state === 'sending'),
    online(is) {
      store.change({ link: is ? 'online' : 'connecting' });
      if (!is) return;
      changes.flush();
      catchUp.now();
    },
  };
}
