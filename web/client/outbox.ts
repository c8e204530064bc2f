/**
 * Messages on their way out. Each is stored before it is sent and goes under the same clientId until the server has
 * acknowledged it, whatever happens in between; those of one chat go one after the other, so that they keep their order.
 */
import type { Clock } from './clock.js';
import { Refusal } from './refusal.js';
import type { Message, Sent } from './shapes.js';
import type { Pending, Store } from './state.js';
import type { Storage } from './storage.js';

export interface Outbox {
  /** Answers with the message's clientId. */
  add(chatId: string, body: string, replyTo?: string | null): string;
  /** Sends what waits; called whenever the connection has come. */
  flush(): void;
  /** Messages that are stored; those of them that are ours are not pending any more. */
  settle(messages: readonly Message[]): void;
  /** Of this chat, sends what was accepted and is not stored: the server may have lost it. Under the same name it stays one message. */
  sendAgain(chatId: string): void;
  /** Sends one that failed once more. */
  retry(clientId: string): void;
  /** Gives one up that failed. */
  discard(clientId: string): void;
  close(): void;
}

export interface OutboxOptions {
  readonly userId: string;
  readonly storage: Storage;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly ask: (event: 'message:send', data: object) => Promise<Sent>;
  /** A message has its place. */
  readonly stored: (message: Message) => void;
  /** A message was accepted a while ago and has not come back. */
  readonly missing: () => void;
}

const KEY = 'outbox/';
const RETRY_MS = { first: 1_000, most: 15_000 };
/** An accepted message is asked for when it has not come by itself in this time. */
const MISSING_MS = 4_000;

/** Two tabs may send the same message: it is one, for it has one clientId. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { userId, storage, store, clock, newId, ask } = options;
  const keyOf = (clientId: string) => `${KEY}${userId}/${clientId}`;
  const timers = new Map<string, () => void>();
  let failures = 0;
  let closed = false;

  const all = () => store.state.outbox;
  const put = (outbox: readonly Pending[]) => store.change({ outbox });
  const write = (entry: Pending) => storage.set(keyOf(entry.clientId), JSON.stringify(entry));
  const become = (clientId: string, part: Partial<Pending>) =>
    put(all().map(entry => (entry.clientId === clientId ? { ...entry, ...part } : entry)));

  function later(name: string, ms: number, run: () => void): void {
    timers.get(name)?.();
    timers.set(name, clock.later(ms, run));
  }

  function remove(clientId: string): void {
    timers.get(clientId)?.();
    storage.delete(keyOf(clientId));
    put(all().filter(entry => entry.clientId !== clientId));
  }

  async function send({ clientId, chatId, body, replyTo }: Pending): Promise<void> {
    become(clientId, { state: 'sending' });
    try {
      const sent = await ask('message:send', { chatId, clientId, body, ...(replyTo !== null && { replyTo }) });
      if (closed) return;
      failures = 0;
      storage.delete(keyOf(clientId));
      if (sent.status === 'accepted') awaitMessage(clientId);
      else options.stored({ ...sentFields(sent), chatId, senderId: userId, body, replyTo });
    } catch (thrown) {
      if (!closed) failed(clientId, Refusal.from(thrown));
    }
    flush();
  }

  function failed(clientId: string, refusal: Refusal): void {
    if (refusal.passes || refusal.code === 'unauthorized') {
      become(clientId, { state: 'waiting' });
      const pause = Math.min(RETRY_MS.first * 2 ** failures, RETRY_MS.most);
      failures += 1;
      hold = true;
      later('retry', Math.max(refusal.details.retryAfterMs ?? 0, pause), () => {
        hold = false;
        flush();
      });
      return;
    }
    become(clientId, { state: 'failed', reason: refusal.message });
    const entry = all().find(each => each.clientId === clientId);
    if (entry) write(entry);
  }
  /** Whether sending waits for better times. */
  let hold = false;

  function awaitMessage(clientId: string): void {
    become(clientId, { state: 'accepted' });
    later(clientId, MISSING_MS, () => {
      if (!all().some(entry => entry.clientId === clientId)) return;
      options.missing();
      awaitMessage(clientId);
    });
  }

  function flush(): void {
    if (closed || hold || store.state.link !== 'online') return;
    const busy = new Set(all().flatMap(({ state, chatId }) => (state === 'sending' ? [chatId] : [])));
    for (const entry of all()) {
      if (entry.state !== 'waiting' || busy.has(entry.chatId)) continue;
      busy.add(entry.chatId);
      void send(entry);
    }
  }

  /** Messages in the storage that are nobody's here: of an earlier visit, or of another tab, which may have gone. */
  function takeOver(): void {
    const own = new Set(all().map(({ clientId }) => clientId));
    const left = storedIn(storage, `${KEY}${userId}/`).filter(({ clientId }) => !own.has(clientId));
    if (left.length > 0) put([...all(), ...left].sort((a, b) => (a.at < b.at ? -1 : 1)));
  }

  takeOver();

  return {
    add(chatId, body, replyTo = null) {
      const clientId = newId();
      // Later than all others, so that the order survives.
      const after = Date.parse(all().at(-1)?.at ?? '') + 1 || 0;
      const at = new Date(Math.max(clock.now(), after)).toISOString();
      const entry: Pending = { clientId, chatId, body, replyTo, at, state: 'waiting' };
      write(entry);
      put([...all(), entry]);
      flush();
      return clientId;
    },
    flush() {
      hold = false;
      timers.get('retry')?.();
      takeOver();
      flush();
    },
    settle(messages) {
      const stored = new Set(messages.flatMap(({ senderId, clientId }) => (senderId === userId ? [clientId] : [])));
      for (const { clientId } of all()) if (stored.has(clientId)) remove(clientId);
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
      put([...all().filter(each => each !== entry), { ...again, state: 'waiting' }]);
      flush();
    },
    discard: remove,
    close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
    },
  };
}

function storedIn(storage: Storage, prefix: string): Pending[] {
  return storage
    .keys()
    .filter(key => key.startsWith(prefix))
    .map(key => JSON.parse(storage.get(key) ?? 'null') as Pending | null)
    .filter(entry => entry !== null);
}

const sentFields = ({ clientId, id, seq, sentAt }: Extract<Sent, { status: 'stored' }>) => ({
  clientId,
  id,
  seq,
  sentAt,
});
