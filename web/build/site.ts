/**
 * Makes the pages from `web/app` and `web/docs`, as `tsc` has left them in `dist`, and the API's documents: complete, each
 * asset with the hash of its content in its name, so that browsers may keep it for ever, and all of it compressed
 * beforehand. The same, byte for byte, each time.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.js';
import { type Compressed, compressed, type Sizes, sizesOf } from './compress.js';
import { minifiedCss } from './css.js';
import { documents } from './documents.js';
import { hashed } from './hash.js';

const SOURCES = fileURLToPath(new URL('../../../web/', import.meta.url));
const SCRIPTS = fileURLToPath(new URL('../', import.meta.url));

interface Page {
  readonly name: string;
  readonly source: string;
  /** Folders and files below `web`, the earlier before the later; folders in the order of their files' names. */
  readonly styles: readonly string[];
}

/** They look alike as far as they have the same to show. */
const PAGES: readonly Page[] = [
  { name: 'index', source: 'app', styles: ['app/styles'] },
  {
    name: 'docs',
    source: 'docs',
    styles: ['app/styles/1-tokens.css', 'app/styles/2-base.css', 'app/styles/3-controls.css', 'docs/docs.css'],
  },
];

const compiled = (source: string): string => join(SCRIPTS, source, 'main.js');

/**
 * Into a folder that has nothing else in it afterwards. Answers how large each page is, with all that it loads. Each file is
 * there whole at any time, and what is no part of the pages any more goes last: a server may read the folder meanwhile.
 * `scriptOf` says where the script of a folder below `web` is, which may be a source, too.
 */
export async function buildSite(folder: string, scriptOf = compiled): Promise<Readonly<Record<string, Sizes>>> {
  const written = new Set<string>();
  async function put(path: string, content: string | Uint8Array): Promise<void> {
    written.add(path);
    const unfinished = join(folder, `${path}.unfinished`);
    await writeFile(unfinished, content);
    await rename(unfinished, join(folder, path));
  }

  async function write(path: string, text: string): Promise<Sizes> {
    const files: Compressed = compressed(text);
    await put(path, text);
    for (const [ending, bytes] of files) await put(path + ending, bytes);
    return sizesOf(text, files);
  }

  async function build({ name, source, styles }: Page): Promise<Sizes> {
    const assets = {
      'main.js': await bundle(scriptOf(source)),
      'style.css': minifiedCss((await Promise.all(styles.map(sheets))).flat().join('\n')),
      'icon.svg': (await read('app/icon.svg')).trim(),
    };
    let page = (await read(`${source}/index.html`)).replaceAll('\n', '');
    const sizes: Sizes[] = [];
    for (const [asset, text] of Object.entries(assets)) {
      const path = `assets/${hashed(asset, text)}`;
      page = page.replace(`{{${asset}}}`, `/${path}`);
      sizes.push(await write(path, text));
    }
    sizes.push(await write(`${name}.html`, page));
    return sum(sizes);
  }

  await mkdir(join(folder, 'assets'), { recursive: true });
  for (const [name, document] of Object.entries(documents())) await write(name, JSON.stringify(document));
  const sizes: Record<string, Sizes> = {};
  for (const page of PAGES) sizes[page.name] = await build(page);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !written.has(relative(folder, path))) await rm(path);
  }
  return sizes;
}

const read = (path: string): Promise<string> => readFile(join(SOURCES, path), 'utf8');

async function sheets(path: string): Promise<string[]> {
  if (path.endsWith('.css')) return [await read(path)];
  const names = (await readdir(join(SOURCES, path))).sort();
  return Promise.all(names.map(name => read(`${path}/${name}`)));
}

const sum = (sizes: readonly Sizes[]): Sizes =>
  sizes.reduce((one, other) => ({
    plain: one.plain + other.plain,
    gzip: one.gzip + other.gzip,
    brotli: one.brotli + other.brotli,
  }));
