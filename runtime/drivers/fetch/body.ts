/** The body of an answer, decompressed, as far as it is wanted. */
import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Failure } from '../../contract/failure.js';

export interface FetchedBody {
  readonly body: Buffer;
  readonly cut: boolean;
}

const DECODERS: Readonly<Record<string, (() => Transform) | undefined>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads `maxBytes` at most. Rejects with Failure `unsupported` for other types than are wanted and codings that are not known,
 * of which nothing is read.
 */
export async function bodyOf(
  response: IncomingMessage,
  maxBytes: number,
  types?: readonly string[],
): Promise<FetchedBody> {
  const refuse = (message: string): never => {
    response.destroy();
    throw new Failure('unsupported', message);
  };
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = response.headers;
  const essence = (type.split(';', 1)[0] as string).trim().toLowerCase();
  if (types && !types.includes(essence)) refuse(`the answer is ${essence || 'of no type'}`);
  const decoder = DECODERS[coding.toLowerCase()];
  if (!decoder && coding.toLowerCase() !== 'identity') refuse('the answer is coded in a way that is not known here');
  return read(decoder ? decoded(response, decoder()) : response, maxBytes);
}

/** What goes wrong on the way is told by the stream that comes out. */
function decoded(response: IncomingMessage, decoder: Transform): Readable {
  pipeline(response, decoder, () => {});
  return decoder;
}

async function read(stream: Readable, maxBytes: number): Promise<FetchedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  // To leave the loop ends the stream, and the connection with it.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) return { body: Buffer.concat(chunks).subarray(0, maxBytes), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}
