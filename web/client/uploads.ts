/**
 * Files on their way to the server. Each is kept with its bytes until it is part of a message that is stored, so that neither a
 * lost line nor a reload costs more than the piece that was under way; pieces are as large as about a second takes.
 */
import type { Clock } from './clock.js';
import type { FileStore } from './file-store.js';
import { createPause } from './pause.js';
import { Refusal } from './refusal.js';
import type { Media, MediaKind } from './shapes.js';
import type { Store, Upload } from './state.js';
import { type Storage, storedIn } from './storage.js';
import type { Tus } from './tus.js';

/** What somebody wants to send, and what is known of how it looks. */
export interface NewFile extends Pick<Upload, 'width' | 'height' | 'durationMs' | 'waveform'> {
  readonly bytes: Blob;
  readonly name: string;
  readonly kind: MediaKind;
}

export interface Uploads {
  /** Answers with the upload's id. */
  add(chatId: string, file: NewFile): string;
  /** The bytes, as long as they are kept. */
  bytes(id: string): Promise<Blob | undefined>;
  /** Sends what waits; called whenever the connection has come. */
  flush(): void;
  /** Sends those that failed once more, from their beginning, and those that the server may have given up. */
  retry(ids: readonly string[]): void;
  /** Gives up, also what the server has of it. */
  cancel(ids: readonly string[]): void;
  /** They are part of a message: nothing has to be kept. */
  release(ids: readonly string[]): void;
  close(): void;
}

export interface UploadsOptions {
  readonly userId: string;
  readonly storage: Storage;
  readonly files: FileStore;
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly tus: Tus;
  /** One of them is where it is to be, or never will be. */
  readonly settled: () => void;
}

const KEY = 'uploads/';
const AT_ONCE = 2;
const PIECE = { first: 256 * 1024, least: 64 * 1024, most: 8 * 1024 * 1024 };
const PIECE_MS = { short: 700, long: 2_000 };
/** What no message has named for a day is gone at the server. */
const KEPT_MS = 20 * 3_600_000;
/** Another tab may have gone by then. */
const CLAIMED_MS = 2_000;

export const uploadsOf = (userId: string): string => `${KEY}${userId}/`;

export function createUploads(options: UploadsOptions): Uploads {
  const { userId, storage, files, store, clock, newId, tus, settled } = options;
  const prefix = uploadsOf(userId);
  const held = new Map<string, Blob>();
  const running = new Map<string, AbortController>();
  const pause = createPause(clock);
  let piece = PIECE.first;
  let closed = false;
  let cancelLater = () => {};

  const all = () => store.state.uploads;
  const find = (id: string) => all().find(each => each.id === id);
  const put = (uploads: readonly Upload[]) => store.change({ uploads });

  function become(id: string, part: Partial<Upload>, kept = true): void {
    const found = find(id);
    if (!found) return;
    const next = { ...found, ...part };
    put(all().map(each => (each === found ? next : each)));
    if (kept) write(next);
  }

  function write(upload: Upload): void {
    try {
      storage.set(prefix + upload.id, JSON.stringify(upload));
    } catch {
      // The device has no room: it is there for as long as the page is.
    }
  }

  function forget(id: string): void {
    running.get(id)?.abort();
    held.delete(id);
    storage.delete(prefix + id);
    put(all().filter(each => each.id !== id));
    files.delete(id).catch(() => undefined);
  }

  const bytes = async (id: string): Promise<Blob | undefined> =>
    held.get(id) ?? (await files.get(id).catch(() => undefined));

  async function run({ id }: Upload): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    const release = await files.claim(id).catch(() => () => {});
    try {
      if (release) await send(id, abort.signal);
      else later();
    } catch (thrown) {
      if (!abort.signal.aborted && !closed) failed(id, Refusal.from(thrown));
    } finally {
      running.delete(id);
      release?.();
    }
    if (!abort.signal.aborted) flush();
  }

  async function send(id: string, signal: AbortSignal): Promise<void> {
    // Another tab may have been busy with it.
    const [kept] = storedIn<Upload>(storage, prefix + id);
    const upload = kept ?? find(id);
    if (!upload || signal.aborted) return;
    if (upload.state === 'done') {
      become(id, upload, false);
      return settled();
    }
    const blob = await bytes(id);
    if (!blob) throw new Refusal('not_found', 'this file is not on the device any more');
    become(id, { ...upload, state: 'sending' }, false);
    const url = upload.url ?? (await make(upload, signal));
    let offset = await tus.offset(url, signal);
    if (offset === undefined) {
      const { url: _, ...again } = upload;
      // It was all handed over, and has been there for a while.
      if (upload.sent >= upload.size) return done(id);
      replace(again, newId());
      throw new Refusal('unavailable', 'the upload is not there any more');
    }
    while (offset < upload.size) {
      become(id, { sent: offset }, false);
      const since = clock.now();
      offset = await tus.send(url, offset, blob.slice(offset, offset + piece), signal);
      const ms = clock.now() - since;
      if (ms < PIECE_MS.short) piece = Math.min(piece * 2, PIECE.most);
      if (ms > PIECE_MS.long) piece = Math.max(piece / 2, PIECE.least);
      pause.succeeded();
    }
    done(id);
  }

  async function make({ id, name, type, kind, size, tag }: Upload, signal: AbortSignal): Promise<string> {
    const metadata = { filename: name, filetype: type || 'application/octet-stream', clientId: tag, kind };
    const made = await tus.make(size, metadata, signal);
    become(id, made);
    return made.url;
  }

  function done(id: string): void {
    become(id, { state: 'done', sent: find(id)?.size ?? 0 });
    settled();
  }

  function failed(id: string, refusal: Refusal): void {
    if (refusal.passes || refusal.code === 'unauthorized') {
      piece = PIECE.first;
      become(id, { state: 'waiting' }, false);
      pause.after(refusal, flush);
      return;
    }
    become(id, { state: 'failed', reason: refusal.message });
    settled();
  }

  /** Under another name: whatever the server has of it is of no use. */
  function replace({ reason: _, url: _url, mediaId: _media, ...upload }: Upload, tag: string): void {
    const next: Upload = { ...upload, tag, sent: 0, state: 'waiting' };
    put(all().map(each => (each.id === next.id ? next : each)));
    write(next);
  }

  function later(): void {
    cancelLater();
    cancelLater = clock.later(CLAIMED_MS, flush);
  }

  function flush(): void {
    if (closed || pause.on || store.state.link !== 'online') return;
    const waiting = all().filter(({ id, state }) => state !== 'done' && state !== 'failed' && !running.has(id));
    for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - running.size))) void run(upload);
  }

  /** Of an earlier visit, or of another tab. */
  function takeOver(): void {
    const known = new Set(all().map(({ id }) => id));
    const left = storedIn<Upload>(storage, prefix).filter(({ id }) => !known.has(id));
    const waiting = left.map(each => (each.state === 'sending' ? { ...each, state: 'waiting' as const } : each));
    if (left.length > 0) put([...all(), ...waiting].sort((a, b) => (a.at < b.at ? -1 : 1)));
  }

  const unwatch = storage.watch(key => {
    const id = key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
    if (id === undefined || running.has(id)) return;
    const [kept] = storedIn<Upload>(storage, key);
    put(all().flatMap(each => (each.id !== id ? [each] : kept ? [kept] : [])));
    takeOver();
    settled();
  });

  takeOver();

  return {
    add(chatId, { bytes: blob, name, kind, ...looks }) {
      const [id, tag] = [newId(), newId()];
      const { size, type } = blob;
      const after = Date.parse(all().at(-1)?.at ?? '') + 1 || 0;
      const at = new Date(Math.max(clock.now(), after)).toISOString();
      const upload: Upload = { id, tag, chatId, name, type, kind, size, ...looks, at, sent: 0, state: 'waiting' };
      held.set(id, blob);
      put([...all(), upload]);
      // What is not kept with its bytes is not kept at all.
      files.put(id, blob).then(
        () => find(id) && write(find(id) as Upload),
        () => undefined,
      );
      flush();
      return id;
    },
    bytes,
    flush() {
      pause.end();
      takeOver();
      flush();
    },
    retry(ids) {
      const isGone = ({ state, at }: Upload) => state === 'failed' || clock.now() - Date.parse(at) > KEPT_MS;
      for (const upload of all().filter(each => ids.includes(each.id) && isGone(each))) replace(upload, newId());
      flush();
    },
    cancel(ids) {
      for (const { id, url } of all().filter(each => ids.includes(each.id))) {
        forget(id);
        if (url !== undefined) tus.remove(url).catch(() => undefined);
      }
      flush();
    },
    release(ids) {
      for (const id of ids) if (find(id)) forget(id);
    },
    close() {
      closed = true;
      unwatch();
      cancelLater();
      pause.end();
      for (const abort of running.values()) abort.abort();
    },
  };
}

/** What it will be part of a message as, as far as it is known here. */
export const mediaOf = ({ id, mediaId = id, name, ...upload }: Upload): Media => {
  const { kind, type, size, width, height, durationMs, waveform } = upload;
  return {
    ...{ id: mediaId, kind, type, size, filename: name },
    ...(width !== undefined && height !== undefined && { width, height }),
    ...(durationMs !== undefined && { durationMs }),
    ...(waveform !== undefined && { waveform }),
  };
};
