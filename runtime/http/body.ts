/** Reads a request's body, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { Failure } from '../contract/failure.js';

/** Rejects with Failure `too_large` past `limit` bytes; the rest is let run dry, so that the answer can be read. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(new Failure('too_large', `a body of more than ${limit} bytes is not taken`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', cause => reject(new Failure('invalid', 'the body broke off', { cause })));
  });
}
