/** Compresses as well as can be, for once and all requests. */
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** In bytes. */
export interface Sizes {
  readonly plain: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** By the ending of the file's name. */
export type Compressed = readonly [gzip: readonly ['.gz', Buffer], brotli: readonly ['.br', Buffer]];

export const compressed = (text: string): Compressed => [
  ['.gz', gzipSync(text, { level: 9 })],
  ['.br', brotliCompressSync(text)],
];

export const sizesOf = (text: string, [[, gzip], [, brotli]]: Compressed): Sizes => ({
  plain: Buffer.byteLength(text),
  gzip: gzip.length,
  brotli: brotli.length,
});
