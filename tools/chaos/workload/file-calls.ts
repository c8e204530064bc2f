/** What somebody does with files over HTTP, through any gateway; all of it goes into the journal, without the bytes. */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { SignedIn } from '#support/people.js';
import type { FileRead, Uploading } from '../checker/files.js';
import type { Random } from '../random.js';
import type { Journal } from './journal.js';
import { type Asked, ask, type Told } from './tus.js';

export interface Sample {
  readonly kind: 'file' | 'photo';
  readonly bytes: Buffer;
}

export interface FileCalls {
  /** Again and again until it is acknowledged, or refused for good: then there is no id. */
  upload(sample: Sample, clientId: string): Promise<string | undefined>;
  /** Begins it, and sends a part at most. */
  giveUp(sample: Sample, clientId: string): Promise<void>;
  /** Takes it back. */
  drop(mediaId: string): Promise<void>;
  /** Whether there was an answer that says something. */
  read(mediaId: string): Promise<boolean>;
}

const READ_MS = 15_000;
/** Another attempt may end otherwise. */
const PASSES = [409, 423, 429];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const encoded = (said: Readonly<Record<string, string>>): string =>
  Object.entries(said)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');

export function fileCalls(options: {
  readonly session: SignedIn;
  readonly entrances: readonly string[];
  readonly journal: Journal;
  readonly random: Random;
}): FileCalls {
  const { session, entrances, journal, random } = options;
  const { id } = session.user;
  const token = session.accessToken;

  /** Undefined where there was no answer, or one that is no use. */
  const attempt = (asked: Omit<Asked, 'gateway' | 'token'>): Promise<Told | undefined> =>
    ask({ ...asked, gateway: random.pick(entrances), token }).then(
      told => (told.status >= 500 ? undefined : told),
      () => undefined,
    );

  const rest = () => pause(random.between(100, 600));

  const begin = ({ kind, bytes }: Sample, clientId: string): Omit<Asked, 'gateway' | 'token'> => ({
    method: 'POST',
    path: '/v1/uploads',
    headers: {
      'upload-length': bytes.length,
      'upload-metadata': encoded({ kind, clientId, filename: `${clientId}.bin` }),
    },
  });

  function goOn(path: string, offset: number, { bytes }: Sample): Omit<Asked, 'gateway' | 'token'> {
    const end = random.chance(0.4) ? random.between(offset, bytes.length + 1) : bytes.length;
    const part = bytes.subarray(offset, end);
    const count = random.chance(0.5) ? 1 : random.between(2, 6);
    const size = Math.max(1, Math.ceil(part.length / count));
    const pieces = Array.from({ length: Math.ceil(part.length / size) || 1 }, (_, n) =>
      part.subarray(n * size, (n + 1) * size),
    );
    const breaksOff = count > 1 && random.chance(0.15);
    return {
      ...{ method: 'PATCH', path, headers: { 'upload-offset': offset }, pieces, restMs: random.between(0, 200) },
      ...(breaksOff && { stopsAfter: random.between(1, count) }),
    };
  }

  /** The media's id, or why there is none. */
  async function insist(sample: Sample, clientId: string): Promise<{ mediaId: string } | { refused: string }> {
    let path: string | undefined;
    /** As the server has said; unknown after trouble, and less than before where a store lost what was no part yet. */
    let offset: number | undefined;
    let acknowledged = 0;
    for (;;) {
      const asked = path === undefined ? 'POST' : offset === undefined ? 'HEAD' : 'PATCH';
      const told = await attempt(
        path === undefined
          ? begin(sample, clientId)
          : offset === undefined
            ? { method: 'HEAD', path }
            : goOn(path, offset, sample),
      );
      offset = undefined;
      if (told === undefined || PASSES.includes(told.status)) {
        await rest();
        continue;
      }
      if (told.status >= 400) return { refused: `${asked} of ${path} at ${acknowledged}: http ${told.status}` };
      if (path === undefined) {
        if (told.location === undefined) return { refused: `${asked}: no location` };
        path = new URL(told.location, entrances[0]).pathname;
      }
      offset = Number.isNaN(told.offset) ? 0 : told.offset;
      acknowledged = offset;
      if (offset === sample.bytes.length && told.mediaId !== undefined && (asked !== 'POST' || offset > 0))
        return { mediaId: told.mediaId };
      if (offset === sample.bytes.length) offset = undefined;
    }
  }

  return {
    async upload(sample, clientId) {
      const { kind, bytes } = sample;
      const about: Uploading = { clientId, kind, size: bytes.length, sha256: sha256(bytes) };
      const call = journal.invoke(id, 'upload', 'any', about);
      const done = await insist(sample, clientId);
      journal.answer(id, call, 'mediaId' in done, 'mediaId' in done ? done : done.refused);
      return 'mediaId' in done ? done.mediaId : undefined;
    },

    async giveUp(sample, clientId) {
      const told = await attempt(begin(sample, clientId));
      if (told?.location === undefined || random.chance(0.3)) return;
      const path = new URL(told.location, entrances[0]).pathname;
      await attempt({ ...goOn(path, 0, { ...sample, bytes: sample.bytes.subarray(0, -1) }) });
    },

    async drop(mediaId) {
      const call = journal.invoke(id, 'drop', 'any', { mediaId });
      for (;;) {
        const told = await attempt({ method: 'DELETE', path: `/v1/uploads/${mediaId}` });
        if (told && !PASSES.includes(told.status)) return journal.answer(id, call, told.status < 300, told.status);
        await rest();
      }
    },

    async read(mediaId) {
      const gateway = random.pick(entrances);
      const call = journal.invoke(id, 'read', gateway, { mediaId });
      try {
        const answer = await fetch(`${gateway}/v1/media/${mediaId}`, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(READ_MS),
        });
        const bytes = Buffer.from(await answer.arrayBuffer());
        const found: FileRead = { status: answer.status, size: bytes.length, sha256: sha256(bytes) };
        journal.answer(id, call, answer.ok, found);
        return answer.status < 500;
      } catch {
        return false;
      }
    },
  };
}
