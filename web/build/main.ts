/** `node dist/web/build/main.js`, after `tsc -b`: builds the page into `dist/web/site`, and says how large it is. */
import { fileURLToPath } from 'node:url';
import { buildSite } from './site.js';

/** Compressed with gzip, all in all. */
const MOST_BYTES = 60_000;

const { plain, gzip, brotli } = await buildSite(fileURLToPath(new URL('../site', import.meta.url)));
console.log(`the page: ${plain} bytes, ${gzip} with gzip, ${brotli} with brotli`);
if (gzip > MOST_BYTES) throw new Error(`the page has more than ${MOST_BYTES} bytes, compressed with gzip`);
