/** Everything that goes on while one user is signed in: the connection, and what keeps the state true over it. */
import type { Account } from './account.js';
import { contradicts, withChange, withMessages } from './arrivals.js';
import type { Bytes } from './bytes.js';
import { createCatchUp } from './catch-up.js';
import type { Cell } from './cell.js';
import { type Changes, createChanges, type MessageRef } from './changes.js';
import { type ChatState, type Extent, isBehind } from './chat.js';
import type { Clock } from './clock.js';
import { described, restarted } from './described.js';
import { createDrafts } from './drafts.js';
import type { FileStore } from './file-store.js';
import { veiled } from './history.js';
import type { Draft, Drafts } from './kept-drafts.js';
import { createLink } from './link.js';
import type { Place } from './near.js';
import { createNews } from './news.js';
import { createOutbox, type Outbox } from './outbox.js';
import { createOwn, type OwnChange } from './own-state.js';
import { createPages, type Keep, type Pages } from './pages.js';
import { createPeople } from './people.js';
import { createReceipts } from './receipts.js';
import { createSeek, type Seek } from './seek.js';
import type { Changed, Chat, Message, OwnState, Person, Profile } from './shapes.js';
import type { Change, Store } from './state.js';
import type { Storage } from './storage.js';
import { createTus } from './tus.js';
import { createTyping } from './typing.js';
import { mayMention } from './unread.js';
import { createUploads, type Uploads } from './uploads.js';
import { readUpTo } from './watermarks.js';
import type { Wire } from './wire.js';

export interface Messenger extends Pick<Outbox, 'retry' | 'discard'>, Pick<Pages, 'look' | 'lookAway'> {
  readonly userId: string;
  send: Outbox['add'];
  readonly uploads: Pick<Uploads, 'add' | 'bytes' | 'retry' | 'cancel'>;
  /** Answers with the name under which the change may be given up while it waits. */
  change(message: MessageRef, change: Change, delayMs?: number): string | undefined;
  giveUp: Changes['discard'];
  describe(chat: Chat): void;
  load(chatId: string): Promise<void>;
  open(chatId: string): Promise<void>;
  older(chatId: string, limit?: number): Promise<void>;
  find: Seek;
  read(chatId: string, seq: number): void;
  typing(chatId: string, active: boolean): void;
  draft(chatId: string, draft: Draft): void;
  /** Sets what a chat is to the user alone. */
  own(chatId: string, change: OwnChange): Promise<OwnState>;
  know(people: readonly Person[]): void;
  wake(): void;
  lostNetwork(): void;
  check(): void;
  close(): void;
}

export interface MessengerOptions {
  readonly url: string;
  readonly user: Profile;
  readonly account: Account;
  readonly storage: Storage;
  readonly files: FileStore;
  readonly bytes: Bytes;
  readonly store: Store;
  readonly drafts: Cell<Drafts>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly wire: Wire;
  readonly keep: Keep;
}

/** What messages make of a chat. */
type Taken = (chat: ChatState, messages: readonly Message[]) => ChatState;

/** Messages that make do for opening a chat. */
const ENOUGH = 25;
const CHATS_PAGE = 200;
const RELOAD_MS = 3_000;

export function createMessenger(options: MessengerOptions): Messenger {
  const { url, user, account, storage, store, clock, random, newId, wire, keep } = options;
  const underWay = new Map<string, Promise<void>>();
  let closed = false;
  let cancelReload = () => {};

  const link = createLink({
    url,
    account,
    clock,
    random,
    wire,
    heard: (event, data) => news(event, data),
    changed(status) {
      store.change({ link: status });
      if (status === 'online') begin();
    },
    fellSilent: silent => store.change({ silent }),
  });
  const people = createPeople({
    clock,
    store,
    named: userIds => account.call('GET', `/v1/users?ids=${userIds.join()}`),
    find: userId => account.call('GET', `/v1/users?query=${encodeURIComponent(userId)}`),
    ask: link.ask,
  });
  const own = createOwn({
    store,
    patch: (chatId, change) => account.call('PATCH', `/v1/chats/${chatId}/me`, change),
    taken: state => drafts.heard(state),
    load: loadSoon,
  });
  const drafts = createDrafts({ userId: user.id, storage, cell: options.drafts, store, clock, set: own.set });
  const receipts = createReceipts({ clock, online: () => link.status === 'online', ask: link.ask });
  const typing = createTyping({ clock, store, ask: link.ask });
  const catchUp = createCatchUp({
    clock,
    store,
    wire,
    own,
    ask: link.ask,
    arrived,
    discovered: loadSoon,
    restart,
    stuck: link.renew,
  });
  const uploads = createUploads({
    ...{ userId: user.id, storage, files: options.files, store, clock, newId },
    tus: createTus(options.bytes),
    settled: () => outbox.proceed(),
  });
  const outbox = createOutbox({
    userId: user.id,
    storage,
    store,
    clock,
    newId,
    ask: link.ask,
    uploads,
    stored: message => arrived(message.chatId, [message]),
    missing: catchUp.now,
  });
  const changes = createChanges({
    ...{ userId: user.id, storage, store, clock, newId },
    ask: link.ask,
    hidden: own.hide,
    missing: catchUp.now,
  });
  const news = createNews({
    userId: user.id,
    store,
    people,
    typing,
    own,
    describe,
    arrived,
    changed,
    load: loadSoon,
    behind: catchUp.soon,
  });

  async function page(chatId: string, place: Place, limit: number): Promise<Message[]> {
    const from = 'before' in place ? `before=${place.before}` : `after=${place.after}`;
    const path = `/v1/chats/${chatId}/messages?limit=${limit}&${from}`;
    return (await account.call<{ messages: Message[] }>('GET', path)).messages;
  }
  const pages = createPages({
    store,
    keep,
    fetch: page,
    came(messages) {
      outbox.settle(messages);
      people.meet([...new Set(messages.map(({ senderId }) => senderId))]);
      catchUp.soon();
    },
  });

  function begin(): void {
    uploads.flush();
    outbox.flush();
    changes.flush();
    drafts.flush();
    receipts.flush();
    people.greet();
    void reload();
  }

  /** The chats as they are now, and what was said in them meanwhile. */
  async function reload(): Promise<void> {
    cancelReload();
    try {
      for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
        const place: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: { chats: Chat[]; nextCursor?: string } = await account.call(
          'GET',
          `/v1/chats?limit=${CHATS_PAGE}${place}`,
        );
        if (closed) return;
        for (const chat of page.chats) renew(chat);
        cursor = page.nextCursor;
      }
      store.change({ loaded: true });
      catchUp.now();
    } catch {
      if (!closed && link.status === 'online') cancelReload = clock.later(RELOAD_MS, () => void reload());
    }
  }

  function describe(chat: Chat): void {
    const chats = new Map(store.state.chats);
    chats.set(chat.id, described(chat, user.id, chats.get(chat.id)));
    store.change({ chats });
    people.meet(chat.members?.map(({ userId }) => userId) ?? []);
    // Who wrote last may have left.
    if (chat.lastMessage) people.meet([chat.lastMessage.senderId]);
    const now = chats.get(chat.id);
    if (now && isBehind(now)) catchUp.soon();
  }

  /** Roles may have changed while nobody listened. */
  function renew(chat: Chat): void {
    describe(chat);
    store.changeChat(chat.id, each => ({ ...each, complete: false }));
    if (chat.unread > 0) receipts.report('delivered', chat.id, chat.lastSeq);
  }

  function changed(change: Changed): void {
    const { chatId, message } = change;
    const before = store.state.chats.get(chatId);
    arrived(chatId, [message], (chat, [now = message]) => withChange(chat, { ...change, message: now }));
    if (before && mayMention(before, [message])) loadSoon(chatId);
  }

  function arrived(chatId: string, given: readonly Message[], taken: Taken = withMessages): void {
    const messages = veiled(given, store.state.own[chatId]?.hidden);
    const before = store.state.chats.get(chatId);
    if (!before) {
      // The chat will be loaded with them.
      outbox.settle(messages);
      return;
    }
    const contradiction = messages.find(message => contradicts(before, message));
    if (contradiction) {
      restart(chatId, { lastSeq: contradiction.seq, readSeqs: {} });
      arrived(chatId, messages, taken);
      return;
    }
    store.changeChat(chatId, chat => taken(chat, messages));
    const chat = store.state.chats.get(chatId) ?? before;
    const { upTo } = chat.history;
    const fresh = chat.history.messages.slice(before.history.messages.length);
    const placed = [...messages.filter(({ seq }) => seq <= upTo), ...fresh];
    outbox.settle(placed);
    changes.settle(placed);
    if (fresh.some(({ senderId }) => senderId !== user.id)) receipts.report('delivered', chatId, upTo);
    people.meet(Object.keys(chat.members));
    for (const { senderId } of fresh) if (senderId !== user.id) people.heardFrom(senderId);
    if (isBehind(chat)) catchUp.soon();
    else pages.trim(chatId);
  }

  /** The server was set back, by a restore from a backup: what was told and kept of the chat does not count. */
  function restart(chatId: string, extent: Extent): void {
    store.changeChat(chatId, chat => restarted(chat, extent));
    receipts.forget(chatId);
    outbox.sendAgain(chatId);
    loadSoon(chatId);
  }

  /** Whoever asks while the same is under way waits for that. */
  function once(name: string, work: () => Promise<void>): Promise<void> {
    const found = underWay.get(name);
    if (found) return found;
    const begun = work().finally(() => underWay.delete(name));
    underWay.set(name, begun);
    return begun;
  }

  const load = (chatId: string): Promise<void> =>
    once(`load ${chatId}`, async () => describe(await account.call<Chat>('GET', `/v1/chats/${chatId}`)));

  /** As it is from now on: what is under way may be of before. What cannot be loaded is told when somebody asks for it. */
  function loadSoon(chatId: string): void {
    const found = underWay.get(`load ${chatId}`);
    (found ?? Promise.resolve()).then(() => load(chatId)).catch(() => undefined);
  }

  const older = (chatId: string, limit?: number): Promise<void> =>
    once(`older ${chatId}`, () => pages.older(chatId, limit));

  link.open();
  return {
    userId: user.id,
    uploads,
    send(chatId, written) {
      if (written.forward) return outbox.add(chatId, written);
      typing.tell(chatId, false);
      const draftAt = drafts.take(chatId);
      return outbox.add(chatId, { ...written, ...(draftAt !== undefined && { draftAt }) });
    },
    change(message, change, delayMs) {
      const { clientId } = message;
      const unsent = message.seq === undefined;
      if (unsent && change.kind === 'edit' && outbox.edit(clientId, change.body)) return undefined;
      if (unsent && change.kind === 'delete' && outbox.take(clientId)) return undefined;
      return changes.add(message, change, delayMs);
    },
    giveUp: changes.discard,
    retry: outbox.retry,
    discard(clientId) {
      const entry = store.state.outbox.find(each => each.clientId === clientId);
      outbox.discard(clientId);
      if (entry?.draftAt === undefined || options.drafts.value[entry.chatId]) return;
      // The server still has the draft that it was made of.
      const at = new Date(Date.parse(entry.draftAt) + 1).toISOString();
      own.set(entry.chatId, { draft: { body: '', at } }).catch(() => undefined);
    },
    describe,
    load,
    async open(chatId) {
      const chat = store.state.chats.get(chatId);
      const full =
        chat && chat.history.messages.length >= Math.min(ENOUGH, chat.history.upTo - chat.history.begins + 1);
      await Promise.all([chat?.complete ? undefined : load(chatId), full ? undefined : older(chatId)]);
    },
    older,
    find: createSeek({ store, fetch: page }),
    look: pages.look,
    lookAway: pages.lookAway,
    read(chatId, seq) {
      const chat = store.state.chats.get(chatId);
      if (!chat || seq <= chat.readSeq) return;
      store.changeChat(chatId, each => readUpTo(each, seq));
      receipts.report('read', chatId, seq);
    },
    typing: typing.tell,
    draft: drafts.write,
    own: own.set,
    know: people.know,
    wake() {
      if (link.status === 'online') catchUp.now();
      else link.wake();
    },
    lostNetwork: link.renew,
    check: link.check,
    close() {
      closed = true;
      cancelReload();
      for (const part of [link, people, receipts, typing, catchUp, outbox, changes, drafts, uploads]) part.close();
    },
  };
}
