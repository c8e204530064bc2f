/**
 * A client of Mini-Telegram, for browsers and for Node. It owns what is hard about talking to the server: it stays
 * connected and signed in, sends every message once whatever happens in between, notices what it has missed and gets
 * it, in order, and tells how far was read. What it knows is `state`, one plain value that is replaced when it changes.
 *
 *     const client = createClient({ url: 'https://chat.example.org' });
 *     await client.signIn({ email, password });
 *     client.subscribe(state => render(state));
 *     client.send(chatId, 'hello');
 *
 * Calls that answer a promise reject with a `Refusal`. Calls that do not, take effect in `state`.
 */
import { type Credentials, createAccount, type Registration } from './account.js';
import { createBytes } from './bytes.js';
import { type Cell, createCell } from './cell.js';
import { changesOf, type MessageRef } from './changes.js';
import { type Clock, systemClock } from './clock.js';
import { type FileStore, memoryFiles } from './file-store.js';
import { type Draft, type Drafts, draftsOf } from './kept-drafts.js';
import { type MediaFiles, mediaFiles } from './media.js';
import { createMessenger, type Messenger } from './messenger.js';
import type { View } from './near.js';
import { outboxOf } from './outbox.js';
import type { OwnChange } from './own-state.js';
import type { Keep } from './pages.js';
import { createRest } from './rest.js';
import type { Chat, Entity, Message, Person, Profile, Role, Session } from './shapes.js';
import { createStore, nobody, type State } from './state.js';
import { memoryStorage, type Storage } from './storage.js';
import { type NewFile, uploadsOf } from './uploads.js';
import { createWire, type Wire } from './wire.js';

export interface ClientOptions {
  /** The gateway's, without a slash at the end. */
  readonly url: string;
  /** Default: in memory, so that nothing outlives the process. */
  readonly storage?: Storage;
  /** Where files are kept that are on their way. Default: in memory. */
  readonly files?: FileStore;
  readonly clock?: Clock;
  /**
   * What of each chat's messages stays in memory: `all` that came, which is the default, or what is `near` to where one looks
   * (see `look`) and the newest 100: up to 150 more than that, and about 1 MiB. What is dropped is asked for again.
   */
  readonly keep?: Keep;
  /** 0…1, for pauses that are not everybody's. */
  readonly random?: () => number;
}

export interface Client extends MediaFiles {
  readonly state: State;
  /** Calls after changes, once for all of a moment. Answers with what ends that. */
  subscribe(listener: (state: State) => void): () => void;
  /** What travels, for whoever wants to see it. */
  readonly wire: Wire;

  signUp(registration: Registration): Promise<void>;
  signIn(credentials: Credentials): Promise<void>;
  /** What was not sent by now never is. */
  signOut(): Promise<void>;
  rename(names: { readonly username?: string; readonly displayName?: string }): Promise<void>;
  sessions(): Promise<readonly Session[]>;
  /** Signs another device out. */
  endSession(sessionId: string): Promise<void>;

  findPeople(query: string): Promise<readonly Person[]>;
  /** The one direct chat with somebody; answers its id. */
  openDirect(userId: string): Promise<string>;
  createGroup(title: string, userIds: readonly string[]): Promise<string>;
  retitle(chatId: string, title: string): Promise<void>;
  addMember(chatId: string, userId: string): Promise<void>;
  /** Also oneself. */
  removeMember(chatId: string, userId: string): Promise<void>;
  setRole(chatId: string, userId: string, role: Exclude<Role, 'owner'>): Promise<void>;

  /** Sees to it that the members of a chat and its newest messages are there. */
  open(chatId: string): Promise<void>;
  /** Loads a page of what comes before the messages that are there: `limit` of them, 1…200, 50 by default. */
  older(chatId: string, limit?: number): Promise<void>;
  /**
   * Somebody looks at the messages of a chat from one seq to another. What is near is held from then on, once this settles,
   * and what is far is dropped: `state.chats.get(chatId).history.back` is a stretch away from the end.
   */
  look(chatId: string, view: View): Promise<void>;
  /** Nobody looks at this chat any more: of its messages the newest are kept, and nothing else. */
  lookAway(chatId: string): void;
  /** The seq of a message by its id, searched for from before a seq on, or from the end; undefined where it is too far back. */
  find(chatId: string, messageId: string, before?: number): Promise<number | undefined>;
  /** Answers with the message's clientId. The message is in `state.outbox` until it is in the history. */
  send(chatId: string, body: string, replyTo?: string | null, uploads?: readonly string[]): string;
  /** Begins to send a file that is to be part of a message. Answers with the upload's id: it is in `state.uploads`. */
  attach(chatId: string, file: NewFile): string;
  /** The bytes of an upload, as long as it is in `state.uploads`. */
  attached(uploadId: string): Promise<Blob | undefined>;
  /** Sends uploads that failed once more, or gives uploads up. */
  attachAgain(uploadIds: readonly string[]): void;
  detach(uploadIds: readonly string[]): void;
  /** Keeps what is written and not sent yet, here and on the user's other devices. What is sent takes it away. */
  draft(chatId: string, draft: Draft): void;
  /** By chat. */
  readonly drafts: Pick<Cell<Drafts>, 'value' | 'subscribe'>;
  /** Sets what a chat is to the user alone, on all their devices. */
  own(chatId: string, change: Omit<OwnChange, 'draft'>): Promise<void>;
  /** Sends a copy of a message to another chat. Answers with the copy's clientId. */
  forward(message: Message, chatId: string): string;
  /** Gives a message of one's own other words. Without entities, the server finds links, mentions, commands and hashtags. */
  edit(message: MessageRef, body: string, entities?: readonly Entity[]): void;
  /**
   * Deletes a message for everybody, or for oneself. Nothing is told to the server before `delayMs` are over; until then
   * `keep` with the answer takes it back.
   */
  delete(message: MessageRef, scope: 'all' | 'me', delayMs?: number): string | undefined;
  react(message: MessageRef, emoji: string, on: boolean): void;
  pin(message: MessageRef, on: boolean): void;
  /** The pinned messages of a chat, the newest pin first. */
  pins(chatId: string): Promise<readonly Message[]>;
  /** Takes a change of `state.changes` back that waits, or that failed. */
  keep(changeId: string): void;
  /** Sends a message that failed once more, or gives it up. */
  retry(clientId: string): void;
  discard(clientId: string): void;
  /** The user has read everything up to `seq`. */
  read(chatId: string, seq: number): void;
  /** To be called as the user types; it tells the others now and then, and by itself when it is over. */
  typing(chatId: string, active: boolean): void;
  /** The network may be back, or somebody looks again: connects now, or makes sure that nothing is missing. */
  wake(): void;
  /** The device says that its network is gone: what is connected is given up, and connecting goes on. */
  lostNetwork(): void;
  /** Notices within seconds that a connection has died; to be called now and then while somebody looks. */
  check(): void;
  /** Ends the connection and all that goes on. The session stays in the storage. */
  close(): void;
}

export function createClient(options: ClientOptions): Client {
  const { url, storage = memoryStorage(), files = memoryFiles(), clock = systemClock } = options;
  const { random = Math.random, keep = 'all' } = options;
  const store = createStore();
  const drafts = createCell<Drafts>({});
  const wire = createWire(clock);
  const account = createAccount({ rest: createRest({ url, wire }), storage, clock });
  const bytes = createBytes({ url, account, wire });
  let messenger: Messenger | undefined;

  /** Whoever is signed in, here or in another tab, is whose messages are shown. */
  function follow(): void {
    const { user } = account;
    if (user?.id !== messenger?.userId) {
      messenger?.close();
      messenger = undefined;
      store.change({ ...nobody, user });
      drafts.set({});
      const shared = { url, account, storage, files, bytes, store, drafts, clock, random, newId, wire, keep };
      if (user) messenger = createMessenger({ ...shared, user });
      // Whoever signs in finds their own; when nobody is signed in, nobody's are left.
      else forget([draftsOf()]);
    } else if (JSON.stringify(user) !== JSON.stringify(store.state.user)) store.change({ user });
  }

  function forget(prefixes: readonly string[]): void {
    for (const key of storage.keys()) if (prefixes.some(each => key.startsWith(each))) storage.delete(key);
  }

  async function create(body: object): Promise<string> {
    const { chat } = await account.call<{ chat: Chat }>('POST', '/v1/chats', body);
    messenger?.describe(chat);
    return chat.id;
  }

  account.onChange(follow);
  follow();
  if (!account.user) forget([draftsOf()]);
  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    wire,
    ...mediaFiles(url, bytes, account),

    signUp: account.signUp,
    signIn: account.signIn,
    async signOut() {
      const { user } = account;
      const left = user ? [outboxOf, changesOf, uploadsOf].map(of => of(user.id)) : [];
      for (const { id } of store.state.uploads) files.delete(id).catch(() => undefined);
      await account.signOut();
      forget(left);
    },
    rename: async names => account.keepUser(await account.call<Profile>('PATCH', '/v1/users/me', names)),
    sessions: async () => (await account.call<{ sessions: Session[] }>('GET', '/v1/auth/sessions')).sessions,
    endSession: sessionId => account.call('DELETE', `/v1/auth/sessions/${sessionId}`),

    async findPeople(query) {
      const path = `/v1/users?query=${encodeURIComponent(query)}`;
      const { users } = await account.call<{ users: Person[] }>('GET', path);
      messenger?.know(users);
      return users;
    },
    openDirect: userId => create({ type: 'direct', memberIds: [userId] }),
    createGroup: (title, memberIds) => create({ type: 'group', title, memberIds }),
    retitle: async (chatId, title) =>
      messenger?.describe(await account.call<Chat>('PATCH', `/v1/chats/${chatId}`, { title })),
    addMember: (chatId, userId) => account.call('POST', `/v1/chats/${chatId}/members`, { userId }),
    removeMember: (chatId, userId) => account.call('DELETE', `/v1/chats/${chatId}/members/${userId}`),
    setRole: (chatId, userId, role) => account.call('PUT', `/v1/chats/${chatId}/members/${userId}/role`, { role }),

    open: async chatId => messenger?.open(chatId),
    older: async (chatId, limit) => messenger?.older(chatId, limit),
    look: async (chatId, view) => messenger?.look(chatId, view),
    lookAway: chatId => messenger?.lookAway(chatId),
    find: async (chatId, messageId, before) => messenger?.find(chatId, messageId, before),
    send: (chatId, body, replyTo = null, uploads = []) =>
      messenger?.send(chatId, { body, replyTo, ...(uploads.length > 0 && { uploads }) }) ?? '',
    attach: (chatId, file) => messenger?.uploads.add(chatId, file) ?? '',
    attached: async uploadId => messenger?.uploads.bytes(uploadId),
    attachAgain: uploadIds => messenger?.uploads.retry(uploadIds),
    detach: uploadIds => messenger?.uploads.cancel(uploadIds),
    draft: (chatId, draft) => messenger?.draft(chatId, draft),
    drafts,
    own: async (chatId, change) => void (await messenger?.own(chatId, change)),
    forward({ chatId, seq, body, media, senderId, sentAt, forwardedFrom: first }, to) {
      const displayName =
        senderId === account.user?.id ? account.user.displayName : store.state.people[senderId]?.displayName;
      const forwardedFrom = first ?? { userId: senderId, displayName: displayName ?? '…', sentAt };
      return messenger?.send(to, { body, forward: { chatId, seq }, forwardedFrom, ...(media && { media }) }) ?? '';
    },
    edit: (message, body, entities) =>
      void messenger?.change(message, { kind: 'edit', body, ...(entities && { entities }) }),
    delete: (message, scope, delayMs) => messenger?.change(message, { kind: 'delete', scope }, delayMs),
    react: (message, emoji, on) => void messenger?.change(message, { kind: 'react', emoji, on }),
    pin: (message, on) => void messenger?.change(message, { kind: 'pin', on }),
    pins: async chatId => (await account.call<{ messages: Message[] }>('GET', `/v1/chats/${chatId}/pins`)).messages,
    keep: changeId => messenger?.giveUp(changeId),
    retry: clientId => messenger?.retry(clientId),
    discard: clientId => messenger?.discard(clientId),
    read: (chatId, seq) => messenger?.read(chatId, seq),
    typing: (chatId, active) => messenger?.typing(chatId, active),
    wake: () => messenger?.wake(),
    lostNetwork: () => messenger?.lostNetwork(),
    check: () => messenger?.check(),
    close() {
      messenger?.close();
      account.close();
    },
  };
}

/** 128 random bits in hex. Not randomUUID, which browsers have over TLS only. */
const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
