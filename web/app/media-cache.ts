/**
 * The bytes of media that are shown, as addresses of this page alone. What is not shown any more is kept as long as there is
 * room, the newest longest. Nothing of it is ever opened as a page of its own.
 */
import { effect, type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Refusal } from '../client/refusal.js';
import type { Media } from '../client/shapes.js';
import { client, myId } from './model.js';

const MOST_BYTES = 128 * 1024 * 1024;
/** One's own, which need not be asked for. */
const MOST_OWN = 20;
/** A picture that is not ready is asked for again, after twice as long each time. */
const PAUSE_MS = 1_000;
const MOST_ATTEMPTS = 6;

/** `missing`: there is nothing to be shown. */
export interface Loaded {
  readonly url?: string;
  readonly missing?: true;
}

interface Entry {
  readonly loaded: Signal<Loaded>;
  readonly stop: AbortController;
  users: number;
  bytes: number;
}

export type Part = 'whole' | 'thumb';

/** What is shown: media, or an upload, by its id, that is none yet. */
export interface Source {
  readonly id: string;
  readonly isUpload: boolean;
}

/** Least lately used first. */
const entries = new Map<string, Entry>();
const own = new Map<string, Blob>();
let total = 0;

const keyOf = ({ id, isUpload }: Source, part: Part): string => `${isUpload ? 'upload' : part}/${id}`;

/** What was sent from here is shown from here. */
function keepOwn(): void {
  for (const { id, mediaId, kind } of client.state.uploads) {
    if (mediaId === undefined || own.has(mediaId) || (kind !== 'photo' && kind !== 'voice')) continue;
    own.set(mediaId, new Blob());
    void client.attached(id).then(blob => (blob ? own.set(mediaId, blob) : own.delete(mediaId)));
    const [oldest] = own.keys();
    if (own.size > MOST_OWN && oldest !== undefined) own.delete(oldest);
  }
}
client.subscribe(keepOwn);

async function bytesOf({ id, isUpload }: Source, part: Part, signal: AbortSignal): Promise<Blob> {
  if (!isUpload) return client.media(id, part, signal);
  const mine = await client.attached(id);
  if (mine) return mine;
  throw new Refusal('not_found', 'it is not on the device any more');
}

async function load(source: Source, part: Part, entry: Entry): Promise<void> {
  const { loaded, stop } = entry;
  for (let attempt = 0; !stop.signal.aborted; attempt++) {
    try {
      const blob = await bytesOf(source, part, stop.signal);
      if (stop.signal.aborted) return;
      return show(entry, blob);
    } catch (thrown) {
      const refusal = Refusal.from(thrown);
      if (!refusal.passes || attempt >= MOST_ATTEMPTS) {
        loaded.value = { missing: true };
        return;
      }
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS * 2 ** attempt));
    }
  }
}

function show(entry: Entry, blob: Blob): void {
  entry.bytes = blob.size;
  total += blob.size;
  entry.loaded.value = { url: URL.createObjectURL(blob) };
  makeRoom();
}

function makeRoom(): void {
  for (const [key, { users }] of entries) {
    if (total <= MOST_BYTES) return;
    if (users === 0) drop(key);
  }
}

function drop(key: string): void {
  const entry = entries.get(key);
  if (!entry) return;
  entries.delete(key);
  entry.stop.abort();
  total -= entry.bytes;
  const { url } = entry.loaded.value;
  if (url !== undefined) URL.revokeObjectURL(url);
}

function take(source: Source, part: Part): Entry {
  const key = keyOf(source, part);
  const found = entries.get(key);
  const mine = source.isUpload ? undefined : own.get(source.id);
  const entry = found ?? { loaded: signal<Loaded>({}), stop: new AbortController(), users: 0, bytes: 0 };
  entries.delete(key);
  entries.set(key, entry);
  if (!found && mine && mine.size > 0) show(entry, mine);
  else if (!found) void load(source, part, entry);
  return entry;
}

/** What has not come yet, and is not waited for any more, is not loaded on; what is missing is asked for again next time. */
function give(key: string): void {
  const entry = entries.get(key);
  if (!entry) return;
  entry.users -= 1;
  if (entry.users === 0 && entry.loaded.value.url === undefined) drop(key);
  else makeRoom();
}

/** Its address, once it is there; `wanted` false: not yet. */
export function useMedia(source: Source, part: Part, wanted = true): Loaded {
  const key = keyOf(source, part);
  const entry = wanted ? take(source, part) : undefined;
  useEffect(() => {
    if (!entry) return undefined;
    entry.users += 1;
    return () => give(key);
  }, [key, wanted]);
  return entry?.loaded.value ?? {};
}

/** Of a message that is deleted nothing is kept. */
export function forget(media: readonly Pick<Media, 'id'>[]): void {
  for (const { id } of media) {
    own.delete(id);
    for (const part of ['whole', 'thumb'] as const) {
      const key = keyOf({ id, isUpload: false }, part);
      if (entries.get(key)?.users === 0) drop(key);
    }
  }
}

// Nor is anything for whoever comes after the user.
effect(() => {
  void myId.value;
  for (const key of [...entries.keys()]) drop(key);
  own.clear();
});

/** Has the browser save it, whatever it is. */
export async function save({ id, filename }: Pick<Media, 'id' | 'filename'>): Promise<void> {
  const { url } = await client.mediaLink(id);
  const anchor = Object.assign(document.createElement('a'), { href: url, download: filename ?? '' });
  anchor.click();
}
