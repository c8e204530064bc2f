/** One request of an upload, as it goes over a line: its bytes in pieces, and now and then broken off between two. */
import { type OutgoingHttpHeaders, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export interface Told {
  readonly status: number;
  readonly location?: string | undefined;
  readonly mediaId?: string | undefined;
  /** NaN where it is not told. */
  readonly offset: number;
}

export interface Asked {
  readonly gateway: string;
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly pieces?: readonly Uint8Array[];
  /** Between two pieces. */
  readonly restMs?: number;
  /** It sends only so many pieces, and is gone. */
  readonly stopsAfter?: number;
}

const WITHIN_MS = 15_000;

/** Rejects where there was no answer. */
export async function ask(asked: Asked): Promise<Told> {
  const { gateway, method, path, token, headers, pieces = [], restMs = 0, stopsAfter } = asked;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const sent = request(new URL(path, gateway), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'tus-resumable': '1.0.0',
      ...headers,
      ...(pieces.length > 0 && { 'content-type': 'application/offset+octet-stream' }),
      ...(method !== 'HEAD' && { 'content-length': length }),
    },
    agent: false,
  });
  const told = new Promise<Told>((resolve, reject) => {
    // Whatever state it is in by then: a request that is all sent and never answered, or answered by half.
    const timer = setTimeout(() => {
      reject(new Error('no answer'));
      sent.destroy();
    }, WITHIN_MS);
    sent.on('error', reject);
    sent.once('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed'));
    });
    sent.once('response', answer => {
      const one = (name: string) => answer.headers[name]?.toString();
      const found = { location: one('location'), mediaId: one('x-media-id') };
      answer.on('error', reject).resume();
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, ...found, offset: Number(one('upload-offset') ?? Number.NaN) }),
      );
    });
  });
  const pour = async (): Promise<void> => {
    for (const [place, piece] of pieces.entries()) {
      if (place === stopsAfter) return void sent.destroy(new Error('broken off'));
      if (sent.destroyed) return;
      sent.write(piece);
      await pause(restMs);
    }
    sent.end();
  };
  // An answer may come before the last piece.
  await Promise.race([told, pour()]);
  return told;
}
