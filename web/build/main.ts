/** `node dist/web/build/main.js`, after `tsc -b`: builds the pages into `dist/web/site`, and says how large they are. */
import { fileURLToPath } from 'node:url';
import { buildSite } from './site.js';

/** Compressed with gzip, all in all. */
const MOST_BYTES: Readonly<Record<string, number>> = { index: 90_000, docs: 40_000 };

const SITE = fileURLToPath(new URL('../site', import.meta.url));
const DENIED = ['EACCES', 'EPERM', 'EROFS'];

const sizes = await buildSite(SITE).catch(err => {
  if (!DENIED.includes(err.code)) throw err;
  console.error(`${SITE} may not be written to (${err.code}): build in a folder of your own`);
  process.exit(1);
});
for (const [page, { plain, gzip, brotli }] of Object.entries(sizes)) {
  console.log(`${page}: ${plain} bytes, ${gzip} with gzip, ${brotli} with brotli`);
  const most = MOST_BYTES[page] ?? 0;
  if (gzip > most) throw new Error(`${page} has more than ${most} bytes, compressed with gzip`);
}
