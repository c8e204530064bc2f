/**
 * Messages on their way out. Each is stored before it is sent and goes under the same clientId until the server has
 * acknowledged it, whatever happens in between; those of one chat go one after the other, so that they keep their order.
 */
import type { Clock } from './clock.js';
import { createPause } from './pause.js';
import { Refusal } from './refusal.js';
import type { Message, Sent } from './shapes.js';
import type { Pending, Store, Upload } from './state.js';
import { type Storage, storedIn } from './storage.js';
import { mediaOf, type Uploads } from './uploads.js';

/** What is sent: words and files, perhaps in reply to a message, or a copy of a message and its words. */
type Written = Pick<Pending, 'body' | 'uploads' | 'media' | 'forward' | 'forwardedFrom' | 'draftAt'> &
  Partial<Pick<Pending, 'replyTo'>>;

export interface Outbox {
  /** Answers with the message's clientId. */
  add(chatId: string, written: Written): string;
  /** Sends what waits; called whenever the connection has come. */
  flush(): void;
  /** The same, when something that they wait for is over. */
  proceed(): void;
  /** Messages that are stored; those of them that are ours are not pending any more. */
  settle(messages: readonly Message[]): void;
  /** Of this chat, sends what was accepted and is not stored: the server may have lost it. Under the same name it stays one message. */
  sendAgain(chatId: string): void;
  /** Sends one that failed once more. */
  retry(clientId: string): void;
  /** Gives one up that failed. */
  discard(clientId: string): void;
  /** Gives one up that the server cannot have, or that failed. Answers whether it could. */
  take(clientId: string): boolean;
  /** Gives one other words that the server cannot have, or that failed. Answers whether it could. */
  edit(clientId: string, body: string): boolean;
  close(): void;
}

export interface OutboxOptions {
  readonly userId: string;
  readonly storage: Storage;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly ask: (event: 'message:send', data: object) => Promise<Sent>;
  readonly uploads: Pick<Uploads, 'retry' | 'cancel' | 'release'>;
  /** A message has its place. */
  readonly stored: (message: Message) => void;
  /** A message was accepted a while ago and has not come back. */
  readonly missing: () => void;
}

const KEY = 'outbox/';
/** An accepted message is asked for when it has not come by itself in this time; a copy after twice that each time. */
const MISSING_MS = 4_000;
const MOST_DOUBLINGS = 6;

export const outboxOf = (userId: string): string => `${KEY}${userId}/`;

/** Two tabs may send the same message: it is one, for it has one clientId. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { userId, storage, store, clock, newId, ask } = options;
  const keyOf = (clientId: string) => outboxOf(userId) + clientId;
  const timers = new Map<string, () => void>();
  /** How often a message was waited for after it was accepted. */
  const waits = new Map<string, number>();
  const pause = createPause(clock);
  let closed = false;

  const all = () => store.state.outbox;
  const put = (outbox: readonly Pending[]) => store.change({ outbox });
  const write = (entry: Pending) => storage.set(keyOf(entry.clientId), JSON.stringify(entry));
  const become = (clientId: string, part: Partial<Pending>) =>
    put(all().map(entry => (entry.clientId === clientId ? { ...entry, ...part } : entry)));

  /** The uploads of an entry, in its order; what is not there any more is left out. */
  const uploadsIn = ({ uploads = [] }: Pending): readonly Upload[] =>
    uploads.flatMap(id => store.state.uploads.find(each => each.id === id) ?? []);

  function remove(clientId: string, stored = false): void {
    const { uploads = [] } = all().find(entry => entry.clientId === clientId) ?? {};
    if (uploads.length > 0) options.uploads[stored ? 'release' : 'cancel'](uploads);
    timers.get(clientId)?.();
    waits.delete(clientId);
    storage.delete(keyOf(clientId));
    put(all().filter(entry => entry.clientId !== clientId));
  }

  async function send(entry: Pending): Promise<void> {
    const { clientId, chatId, body, replyTo, forward, forwardedFrom, draftAt, uploads } = entry;
    const media = uploadsIn(entry).map(mediaOf);
    if (!entry.tried) write({ ...entry, tried: true });
    become(clientId, { state: 'sending', tried: true });
    try {
      const named = uploads && { media: media.map(({ id }) => id) };
      const what = forward ? { forward } : { body, ...named, ...(replyTo !== null && { replyTo }) };
      const sent = await ask('message:send', { chatId, clientId, ...what, ...(draftAt !== undefined && { draftAt }) });
      if (closed) return;
      pause.succeeded();
      // What is a copy, or has media, may be refused when it is to be stored: only then it is the server's.
      if (!isRefusable(entry) || sent.status === 'stored') storage.delete(keyOf(clientId));
      if (sent.status === 'accepted') awaitMessage(clientId);
      // Until the server tells what it made of it, which is more than was sent, any state of it is newer.
      else {
        const parts = forward ? (entry.media ?? []) : media;
        const copied = { ...(forwardedFrom && { forwardedFrom }), ...(parts.length > 0 && { media: parts }) };
        options.stored({ ...sentFields(sent), ...copied, chatId, senderId: userId, body, replyTo, rev: -1 });
      }
    } catch (thrown) {
      if (!closed) failed(clientId, Refusal.from(thrown));
    }
    flush();
  }

  function failed(clientId: string, refusal: Refusal): void {
    if (refusal.passes || refusal.code === 'unauthorized') {
      become(clientId, { state: 'waiting' });
      pause.after(refusal, flush);
      return;
    }
    become(clientId, { state: 'failed', reason: refusal.message });
    const entry = all().find(each => each.clientId === clientId);
    if (entry) write(entry);
  }

  const untold = (clientId: string) =>
    all().find(entry => entry.clientId === clientId && (!entry.tried || entry.state === 'failed'));

  /**
   * Nobody is told of what is refused after it was accepted: where asking has not brought it, it is sent again, under
   * the same name, and the server answers what came of it.
   */
  function awaitMessage(clientId: string): void {
    const found = all().find(entry => entry.clientId === clientId);
    if (!found) return;
    const before = waits.get(clientId) ?? 0;
    waits.set(clientId, before + 1);
    become(clientId, { state: 'accepted' });
    timers.get(clientId)?.();
    const pauseMs = MISSING_MS * (isRefusable(found) ? 2 ** Math.min(before, MOST_DOUBLINGS) : 1);
    const again = clock.later(pauseMs, () => {
      if (!all().some(entry => entry.clientId === clientId)) return;
      options.missing();
      if (!isRefusable(found) || before === 0) return awaitMessage(clientId);
      become(clientId, { state: 'waiting' });
      flush();
    });
    timers.set(clientId, again);
  }

  function flush(): void {
    if (closed || pause.on || store.state.link !== 'online') return;
    const busy = new Set(all().flatMap(({ state, chatId }) => (state === 'sending' ? [chatId] : [])));
    for (const entry of all()) {
      if (entry.state !== 'waiting' || busy.has(entry.chatId)) continue;
      if (entry.uploads && !isUploaded(entry, entry.uploads)) continue;
      busy.add(entry.chatId);
      void send(entry);
    }
  }

  /** What waits for files does not hold up what comes after it. One whose file cannot be sent will not be, either. */
  function isUploaded(entry: Pending, ids: readonly string[]): boolean {
    const uploads = uploadsIn(entry);
    const reason =
      uploads.length < ids.length
        ? 'the file is not on the device any more'
        : uploads.find(({ state }) => state === 'failed')?.reason;
    if (reason !== undefined) failed(entry.clientId, new Refusal('invalid', reason));
    return reason === undefined && uploads.every(({ state }) => state === 'done');
  }

  /** Messages in the storage that are nobody's here: of an earlier visit, or of another tab, which may have gone. */
  function takeOver(): void {
    const own = new Set(all().map(({ clientId }) => clientId));
    const left = storedIn<Pending>(storage, outboxOf(userId)).filter(({ clientId }) => !own.has(clientId));
    if (left.length > 0) put([...all(), ...left].sort((a, b) => (a.at < b.at ? -1 : 1)));
  }

  takeOver();

  return {
    add(chatId, { replyTo = null, ...written }) {
      const clientId = newId();
      // Later than all others, so that the order survives.
      const after = Date.parse(all().at(-1)?.at ?? '') + 1 || 0;
      const at = new Date(Math.max(clock.now(), after)).toISOString();
      const entry: Pending = { clientId, chatId, ...written, replyTo, at, state: 'waiting' };
      write(entry);
      put([...all(), entry]);
      flush();
      return clientId;
    },
    flush() {
      pause.end();
      takeOver();
      flush();
    },
    proceed: flush,
    settle(messages) {
      const stored = new Set(messages.flatMap(({ senderId, clientId }) => (senderId === userId ? [clientId] : [])));
      for (const { clientId } of all()) if (stored.has(clientId)) remove(clientId, true);
    },
    sendAgain(chatId) {
      for (const entry of all()) {
        if (entry.chatId !== chatId || entry.state !== 'accepted') continue;
        timers.get(entry.clientId)?.();
        write({ ...entry, state: 'waiting' });
        become(entry.clientId, { state: 'waiting' });
      }
      flush();
    },
    retry(clientId) {
      const entry = all().find(each => each.clientId === clientId && each.state === 'failed');
      if (!entry) return;
      const { reason: _, ...again } = entry;
      if (entry.uploads) options.uploads.retry(entry.uploads);
      put([...all().filter(each => each !== entry), { ...again, state: 'waiting' }]);
      flush();
    },
    discard: clientId => remove(clientId),
    take(clientId) {
      const entry = untold(clientId);
      if (entry) remove(clientId);
      return entry !== undefined;
    },
    edit(clientId, body) {
      const entry = untold(clientId);
      if (!entry) return false;
      const { reason: _, tried: _tried, ...edited } = { ...entry, body, state: 'waiting' as const };
      write(edited);
      put(all().map(each => (each === entry ? edited : each)));
      flush();
      return true;
    },
    close() {
      closed = true;
      pause.end();
      for (const cancel of timers.values()) cancel();
    },
  };
}

/** When it is to be stored, after it was accepted. */
const isRefusable = ({ forward, uploads }: Pending): boolean => forward !== undefined || uploads !== undefined;

const sentFields = ({ clientId, id, seq, sentAt }: Extract<Sent, { status: 'stored' }>) => ({
  clientId,
  id,
  seq,
  sentAt,
});
