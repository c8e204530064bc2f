/** Reads a request's body, up to a limit. */
import type { IncomingMessage } from 'node:http';
import { Failure } from '../../contract/failure.js';

export const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || announced(request) > 0;

const announced = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

/**
 * The body where all that is announced has come already, mostly in one packet with the headers; undefined where it has to
 * be waited for, or has more than `limit` bytes.
 */
export function takeBody(request: IncomingMessage, limit: number): Buffer | undefined {
  const { readableLength } = request;
  if (readableLength === 0 || readableLength > limit || readableLength !== announced(request)) return undefined;
  const bytes: Buffer = request.read();
  // Its end, and with that its `close`, come to who reads on.
  request.resume();
  return bytes;
}

/** A body that has come whole with its request and has no more bytes is less than the request itself. */
const LITTLE_BYTES = 1024;

/** The body where it is little and has come already: such a one is not counted. */
export const takeLittle = (request: IncomingMessage): Buffer | undefined => takeBody(request, LITTLE_BYTES);

/** Rejects with Failure `too_large` past `limit` bytes, at once when the request announces them; the rest is let run dry, so that the answer can be read. `arrived` hears of every chunk. */
export function readBody(
  request: IncomingMessage,
  limit: number,
  arrived: (bytes: number) => void = () => {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (announced(request) > limit) {
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
