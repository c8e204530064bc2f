/** Compresses as well as can be, for once and all requests. */
import { brotliCompressSync, gzipSync } from 'node:zlib';

export interface Sizes {
  plain: number;
  gzip: number;
  brotli: number;
}

/** By the ending of the file's name. Adds to `sizes`. */
export function compressed(text: string, sizes: Sizes): [ending: string, bytes: Buffer][] {
  const gzip = gzipSync(text, { level: 9 });
  const brotli = brotliCompressSync(text);
  sizes.plain += Buffer.byteLength(text);
  sizes.gzip += gzip.length;
  sizes.brotli += brotli.length;
  return [
    ['.gz', gzip],
    ['.br', brotli],
  ];
}
