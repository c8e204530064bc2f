/** tus-js-client as it is. */
import type { Readable } from 'node:stream';
import { type HttpRequest, type HttpResponse, Upload, type UploadOptions } from 'tus-js-client';
import type { Person } from '../../support/people.js';

export interface Sent {
  /** Each request with its answer's status. */
  readonly seen: string[];
  readonly url: string | null;
  readonly mediaIds: Set<string>;
  readonly error?: Error;
}

/** Resolves when it has come to its end, whichever; where `stopAfter` bytes are there, it is broken off. */
export function sendByTus(
  person: Pick<Person, 'accessToken' | 'gateway'>,
  bytes: Buffer | Readable,
  options: Partial<UploadOptions> = {},
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<Sent> {
  const seen: string[] = [];
  const mediaIds = new Set<string>();
  return new Promise(resolve => {
    const done = (error?: Error) => resolve({ seen, mediaIds, url: upload.url, ...(error && { error }) });
    const upload: Upload = new Upload(bytes as Buffer, {
      endpoint: `${person.gateway}/v1/uploads`,
      headers: { authorization: `Bearer ${person.accessToken}` },
      metadata: { filename: 'wände.bin', filetype: 'application/octet-stream', kind: 'file' },
      retryDelays: [0, 10, 10],
      onAfterResponse(request: HttpRequest, response: HttpResponse) {
        seen.push(`${request.getMethod()} ${response.getStatus()}`);
        const id = response.getHeader('X-Media-Id');
        if (id) mediaIds.add(id);
      },
      async onChunkComplete(_size, accepted) {
        if (accepted >= stopAfter) await upload.abort().then(() => done(new Error('stopped')));
      },
      onSuccess: () => done(),
      onError: done,
      ...options,
    });
    upload.start();
  });
}
