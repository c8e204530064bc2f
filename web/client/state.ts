/** What a client knows, as one value that is replaced whenever something changes. Unchanged parts stay the same objects. */
import type { ChatState } from './chat.js';
import type { LinkStatus } from './link.js';
import type { OwnChat } from './own-state.js';
import type { Entity, ForwardedFrom, Media, MediaKind, Person, Presence, Profile } from './shapes.js';

/** A message that the server has not stored yet, as far as is known. */
export interface Pending {
  readonly clientId: string;
  readonly chatId: string;
  readonly body: string;
  readonly replyTo: string | null;
  /** It is a copy of this message, and `body` is what that one says. */
  readonly forward?: { readonly chatId: string; readonly seq: number };
  readonly forwardedFrom?: ForwardedFrom;
  /** The uploads that are part of it, by their ids: it is not sent before all of them are done. */
  readonly uploads?: readonly string[];
  /** Of a copy, what is part of that one. */
  readonly media?: readonly Media[];
  /** Of the draft that it is made of, where the server may have that. */
  readonly draftAt?: string;
  /** Whether the server may have it: then it is not changed any more, but edited. */
  readonly tried?: true;
  /** When it was written, by this device's clock. */
  readonly at: string;
  /** `accepted`: the server has made it durable. `failed`: it never will, for `reason`; it is kept until told. */
  readonly state: 'waiting' | 'sending' | 'accepted' | 'failed';
  readonly reason?: string;
}

/** A file on its way to the server, or there and in no message that is stored. */
export interface Upload extends Pick<Media, 'width' | 'height' | 'durationMs' | 'waveform'> {
  readonly id: string;
  /** Its name at the server; another one each time that it begins anew. */
  readonly tag: string;
  readonly chatId: string;
  readonly name: string;
  readonly type: string;
  readonly kind: MediaKind;
  readonly size: number;
  /** When it was chosen, by this device's clock. */
  readonly at: string;
  /** Bytes that the server has. */
  readonly sent: number;
  /** `failed`: it never will be there, for `reason`. */
  readonly state: 'waiting' | 'sending' | 'done' | 'failed';
  readonly reason?: string;
  /** Where it goes, and what the server calls it, once it has begun. */
  readonly url?: string;
  readonly mediaId?: string;
}

/** What a user asks of a message. Deleted for `me`, it stays for the others. */
export type Change =
  | { readonly kind: 'edit'; readonly body: string; readonly entities?: readonly Entity[] }
  | { readonly kind: 'delete'; readonly scope: 'all' | 'me' }
  | { readonly kind: 'react'; readonly emoji: string; readonly on: boolean }
  | { readonly kind: 'pin'; readonly on: boolean };

/** A change of a message that the server has not carried out yet, or that has not come back from it. */
export interface PendingChange {
  /** For an edit its clientId. */
  readonly id: string;
  readonly chatId: string;
  /** Of the message. Its seq is missing as long as it is not stored. */
  readonly clientId: string;
  readonly senderId: string;
  readonly seq?: number;
  readonly change: Change;
  /** When it was asked for, and when it may be sent, by this device's clock. */
  readonly at: string;
  readonly notBefore: number;
  /** `failed`: it never will be, for `reason`. */
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed';
  readonly reason?: string;
  /** Its number, once it is carried out; 0 when there was nothing to change. */
  readonly rev?: number;
}

export interface State {
  /** The one who is signed in. */
  readonly user: Profile | undefined;
  readonly link: LinkStatus;
  /** Whether the connection is open, was asked something, and has not answered for some seconds. */
  readonly silent: boolean;
  /** Whether the list of chats has been there since signing in. */
  readonly loaded: boolean;
  readonly chats: ReadonlyMap<string, ChatState>;
  /** What chats are to the user alone, by chat; of which nothing was set are absent. */
  readonly own: Readonly<Record<string, OwnChat>>;
  /** Oldest first. */
  readonly outbox: readonly Pending[];
  /** Oldest first; those that no message of the outbox names are still to be sent. */
  readonly uploads: readonly Upload[];
  readonly changes: readonly PendingChange[];
  /** Who is typing, by chat. */
  readonly typing: Readonly<Record<string, readonly string[]>>;
  readonly presence: Readonly<Record<string, Presence>>;
  readonly people: Readonly<Record<string, Person>>;
}

export interface Store {
  readonly state: State;
  change(part: Partial<State>): void;
  /** Replaces one chat; no chat, no change. Undefined takes it away. */
  changeChat(id: string, next: (chat: ChatState) => ChatState | undefined): void;
  /** Calls after changes, once for all of a moment. Answers with what ends that. */
  subscribe(listener: (state: State) => void): () => void;
}

export const nobody: State = {
  user: undefined,
  link: 'offline',
  silent: false,
  loaded: false,
  chats: new Map(),
  own: {},
  outbox: [],
  uploads: [],
  changes: [],
  typing: {},
  presence: {},
  people: {},
};

export function createStore(): Store {
  let state = nobody;
  let told = true;
  const listeners = new Set<(state: State) => void>();

  function change(part: Partial<State>): void {
    state = { ...state, ...part };
    if (!told) return;
    told = false;
    queueMicrotask(() => {
      told = true;
      for (const listener of listeners) listener(state);
    });
  }

  return {
    get state() {
      return state;
    },
    change,
    changeChat(id, next) {
      const chat = state.chats.get(id);
      if (!chat) return;
      const changed = next(chat);
      if (changed === chat) return;
      const chats = new Map(state.chats);
      if (changed) chats.set(id, changed);
      else chats.delete(id);
      change({ chats });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
