/**
 * Makes the page from `web/app`, as `tsc` has left it in `dist`: complete, each asset with the hash of its content in its
 * name, so that browsers may keep it for ever, and all of it compressed beforehand. The same, byte for byte, each time.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.js';
import { compressed, type Sizes } from './compress.js';
import { minifiedCss } from './css.js';
import { hashed } from './hash.js';

const SOURCE = fileURLToPath(new URL('../../../web/app/', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../app/main.js', import.meta.url));

/** Into a folder that has nothing else in it afterwards. Answers how large it is, all in all. `script` may be a source, too. */
export async function buildSite(folder: string, script = SCRIPT): Promise<Sizes> {
  const read = (path: string): Promise<string> => readFile(join(SOURCE, path), 'utf8');
  const sheets = (await readdir(join(SOURCE, 'styles'))).sort();
  const styles = await Promise.all(sheets.map(name => read(`styles/${name}`)));
  const assets = {
    'main.js': await bundle(script),
    'style.css': minifiedCss(styles.join('\n')),
    'icon.svg': (await read('icon.svg')).trim(),
  };
  let page = (await read('index.html')).replaceAll('\n', '');

  const sizes: Sizes = { plain: 0, gzip: 0, brotli: 0 };
  async function write(path: string, text: string): Promise<void> {
    await writeFile(join(folder, path), text);
    for (const [ending, bytes] of compressed(text, sizes)) await writeFile(join(folder, path + ending), bytes);
  }

  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'assets'), { recursive: true });
  for (const [name, text] of Object.entries(assets)) {
    const path = `assets/${hashed(name, text)}`;
    page = page.replace(`{{${name}}}`, `/${path}`);
    await write(path, text);
  }
  await write('index.html', page);
  return sizes;
}
