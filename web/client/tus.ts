/**
 * Uploads by tus 1.0, as much of it as is needed here: made, found again where they were left, sent in pieces, taken back.
 * https://tus.io/protocols/resumable-upload
 */
import type { Bytes } from './bytes.js';
import { Refusal } from './refusal.js';

interface Made {
  readonly url: string;
  readonly mediaId: string;
}

export interface Tus {
  /** Makes one, or finds the one of this name. */
  make(size: number, metadata: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Made>;
  /** How much of it the server has; undefined where it has no such upload. */
  offset(url: string, signal: AbortSignal): Promise<number | undefined>;
  /** Answers how much of it the server has then. Rejects with `unavailable` where it is to be asked how much it has. */
  send(url: string, offset: number, piece: Blob, signal: AbortSignal): Promise<number>;
  remove(url: string): Promise<void>;
}

const VERSION = { 'tus-resumable': '1.0.0' };
/** Of what is not where it was, or is held by a request that is not over yet. */
const ASK_AGAIN = [404, 409, 410, 423, 460];
const NONE = [403, 404, 410];

export function createTus(bytes: Bytes): Tus {
  return {
    async make(size, metadata, signal) {
      const said = Object.entries(metadata).map(([name, value]) => `${name} ${base64(value)}`);
      const headers = { ...VERSION, 'upload-length': String(size), 'upload-metadata': said.join() };
      const answer = await bytes('POST', '/v1/uploads', { headers, signal });
      const [url, mediaId] = ['location', 'x-media-id'].map(name => answer.headers.get(name));
      if (!url || !mediaId) throw new Refusal('internal', 'the server does not say where to send the file');
      return { url, mediaId };
    },
    async offset(url, signal) {
      const answer = await bytes('HEAD', url, { headers: VERSION, signal, answers: NONE });
      return answer.ok ? offsetIn(answer) : undefined;
    },
    async send(url, offset, piece, signal) {
      const headers = {
        ...{ ...VERSION, 'upload-offset': String(offset) },
        'content-type': 'application/offset+octet-stream',
      };
      const answer = await bytes('PATCH', url, { headers, body: piece, signal, answers: ASK_AGAIN });
      if (!answer.ok) throw new Refusal('unavailable', 'the server has another part of the file');
      return offsetIn(answer);
    },
    async remove(url) {
      await bytes('DELETE', url, { headers: VERSION, answers: NONE });
    },
  };
}

function offsetIn({ headers }: Response): number {
  const offset = Number(headers.get('upload-offset') ?? Number.NaN);
  if (Number.isInteger(offset)) return offset;
  throw new Refusal('unavailable', 'the server does not say how much of the file it has');
}

/** Of a text in UTF-8. */
const base64 = (text: string): string => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
