/** Reads a request's body, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { Failure } from '../../contract/failure.js';

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Rejects with Failure `too_large` past `limit` bytes, at once when the request announces them; the rest is let run dry, so that the answer can be read. `arrived` hears of every chunk. */
export function readBody(
  request: IncomingMessage,
  limit: number,
  arrived: (bytes: number) => void = () => {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      request.resume();
      return reject(tooLarge(limit));
    }
    let first: Buffer | undefined;
    let others: Buffer[] | undefined;
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return reject(tooLarge(limit));
      arrived(chunk.length);
      if (!first) first = chunk;
      else if (others) others.push(chunk);
      else others = [chunk];
    });
    request.on('end', () => resolve(others ? Buffer.concat([first as Buffer, ...others]) : (first ?? NOTHING)));
    request.on('error', cause => reject(new Failure('invalid', 'the body broke off', { cause })));
  });
}

export const tooLarge = (limit: number): Failure =>
  new Failure('too_large', `a body of more than ${limit} bytes is not taken`);

const NOTHING = Buffer.alloc(0);
