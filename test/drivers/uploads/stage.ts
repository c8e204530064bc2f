/** A client of the driver of uploads: requests as a raw route hands them over, and leases in memory, for as many processes as a test wants. */
import { createHash, randomUUID } from 'node:crypto';
import type { Body } from '#runtime/contract/bytes.js';
import type { Leases, Uploads } from '#runtime/contract/ports/uploads.js';
import type { RawRequest } from '#runtime/contract/raw.js';
import { tusUploads, type UploadStore } from '#runtime/drivers/tus/uploads.js';

export const MOST = 1_000_000;
const OFFSET_TYPE = 'application/offset+octet-stream';

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const checksum = (bytes: string | Uint8Array): string =>
  `sha256 ${createHash('sha256').update(bytes).digest('base64')}`;

type Told = Readonly<Record<string, string | number>>;

export function request(method: string, name: string, headers: Told = {}): RawRequest {
  const texts = Object.entries({ 'tus-resumable': '1.0.0', ...headers }).map(([key, value]) => [key, String(value)]);
  return { method, url: method === 'POST' ? '/up' : `/up/${name}`, headers: Object.fromEntries(texts) };
}

async function* chunksOf(parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

/** An error is what it ends with instead of an end. */
export const bodyOf = (...parts: readonly (string | Error)[]): Body => ({
  type: OFFSET_TYPE,
  ...(parts.every(part => typeof part === 'string') && { length: Buffer.byteLength(parts.join('')) }),
  bytes: chunksOf(parts),
});

/** A body that goes on when it is told to. */
export function heldBody(length?: number) {
  const waiting: ((chunk: string | undefined) => void)[] = [];
  const given: (string | undefined)[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = given.length > 0 ? given.shift() : await new Promise<string | undefined>(on => waiting.push(on));
      if (chunk === undefined) return;
      yield Buffer.from(chunk);
    }
  }
  const give = (chunk: string | undefined): void => {
    const next = waiting.shift();
    if (next) next(chunk);
    else given.push(chunk);
  };
  const body: Body = { type: OFFSET_TYPE, ...(length !== undefined && { length }), bytes: bytes() };
  /** All that was given is on its way, and more is waited for. */
  const isTaken = (): boolean => waiting.length > 0;
  return { body, give, end: () => give(undefined), isTaken };
}

export const newName = (): string => randomUUID();

/** One table of leases, as several processes see it; who is cut off cannot keep one any longer. */
export function sharedLeases(): Leases & { cutOff(name: string): void } {
  const cutOff = new Set<string | undefined>();
  const held = new Map<string, { token: string; until: number; wanted: boolean }>();
  return {
    async take(name, token, ms) {
      const found = held.get(name);
      if (found && found.token !== token && found.until > performance.now()) {
        found.wanted = true;
        return false;
      }
      held.set(name, { token, until: performance.now() + ms, wanted: false });
      return true;
    },
    async keep(name, token, ms) {
      const found = held.get(name);
      if (cutOff.has(token)) throw new Error('the line is cut');
      if (found?.token !== token) return 'lost';
      found.until = performance.now() + ms;
      return found.wanted ? 'wanted' : 'kept';
    },
    async release(name, token) {
      if (held.get(name)?.token === token) held.delete(name);
    },
    cutOff: name => void cutOff.add(held.get(name)?.token),
  };
}

export interface Client {
  readonly uploads: Uploads;
  create(name: string, headers: Told, body?: Body): ReturnType<Uploads['take']>;
  patch(name: string, offset: number, body: Body, headers?: Told): ReturnType<Uploads['take']>;
  head(name: string): ReturnType<Uploads['take']>;
}

const FAST = { leaseMs: 400, keepEveryMs: 40, askEveryMs: 20, waitMs: 2_000 };

export function clientOf(store: UploadStore, leases: Leases = sharedLeases(), times = FAST, most = MOST): Client {
  const uploads = tusUploads({ store, leases, path: '/up', maxBytes: most, times });
  const take = (asked: RawRequest, name: string, body: Body = bodyOf()) =>
    uploads.take(asked, { name, maxBytes: most }, body);
  return {
    uploads,
    create: (name, headers, body) =>
      take(request('POST', name, { ...(body && { 'content-type': OFFSET_TYPE }), ...headers }), name, body),
    patch: (name, offset, body, headers = {}) =>
      take(request('PATCH', name, { 'content-type': OFFSET_TYPE, 'upload-offset': offset, ...headers }), name, body),
    head: name => take(request('HEAD', name), name),
  };
}
