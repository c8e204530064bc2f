/**
 * Gathers the files of one image: its code in a few files, and the little that cannot be bundled. What is not reached
 * from the image's program is not in it. The result is the same, byte for byte, each time that the same is built, but for
 * the compile cache.
 */
import { cp, lutimes, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, rolldown } from 'rolldown';
import { buildSite } from '../web/build/site.js';
import { fillCompileCache } from './compile-cache.js';
import { oneCopy } from './one-copy.js';

export const BUNDLED = ['gateway', 'chat-svc', 'presence-svc'] as const;
export type BundledImage = (typeof BUNDLED)[number];

export interface Bundle {
  /** The npm packages whose code is in it, with their share in bytes, the largest first. */
  readonly packages: ReadonlyMap<string, number>;
  /** Our own modules in it, by their sources' paths. */
  readonly modules: readonly string[];
}

/** Its folder in the bundle, for `NODE_COMPILE_CACHE`. */
export const COMPILE_CACHE = 'compile-cache';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'dist');

/** Native code: copied as it is installed, with the binaries for this platform, where something asks for it; with what it needs. */
const NATIVE: Readonly<Record<string, readonly string[]>> = {
  '@node-rs/argon2': ['@node-rs'],
  sharp: ['sharp', '@img', 'detect-libc', 'semver'],
};
/** Programs that an image starts by their files, which stand beside the code that does so. */
const STARTED: Readonly<Partial<Record<BundledImage, Readonly<Record<string, string>>>>> = {
  'chat-svc': { 'media-worker': 'runtime/dist/drivers/media/media-worker.js' },
};
/** Packages ask for these and do without; only a terminal would have use for the last. */
const FORGONE = ['pg-native', 'bufferutil', 'utf-8-validate', 'supports-color', 'pino-pretty'];

/**
 * Built from `dist`, into a folder that has nothing else in it afterwards. `main.js` is where it always is. Its
 * compile cache is for the version of Node that runs this: another one starts without.
 */
export async function bundle(image: BundledImage, into: string): Promise<Bundle> {
  // What builds and compiles it below looks from other folders.
  const folder = resolve(into);
  const build = await rolldown({
    input: {
      main: join(DIST, 'runtime/main.js'),
      healthcheck: join(ROOT, 'runtime/dist/healthcheck.js'),
      [image]: join(ROOT, `functions/dist/entrypoints/${image}.js`),
      ...Object.fromEntries(Object.entries(STARTED[image] ?? {}).map(([name, path]) => [name, join(ROOT, path)])),
    },
    cwd: ROOT,
    platform: 'node',
    plugins: [await oneCopy(ROOT)],
    external: [...Object.keys(NATIVE), ...FORGONE],
    onLog: (_level, { code, message }) => {
      if (code === 'UNRESOLVED_IMPORT') throw new Error(message);
    },
  });
  await rm(folder, { recursive: true, force: true });
  const { output } = await build.write({
    dir: join(folder, 'dist/runtime'),
    // Node loads it in less time than ES modules: an import of node:http, say, loads all of what that can do.
    format: 'cjs',
    dynamicImportInCjs: false,
    // Left readable for the sake of stack traces: minified, it would start no sooner.
    minify: false,
    comments: { legal: true, annotation: false, jsdoc: false },
    // Some tell their errors by the names of their classes.
    keepNames: true,
    chunkFileNames: '[name].js',
  });
  await build.close();
  const chunks = output.filter(file => file.type === 'chunk');
  for (const [name, needed] of Object.entries(NATIVE)) {
    if (!chunks.some(({ imports }) => imports.includes(name))) continue;
    for (const each of needed.map(path => join('node_modules', path))) {
      await cp(join(ROOT, each), join(folder, each), { recursive: true });
    }
  }
  await cp(join(ROOT, 'functions/migrations'), join(folder, 'functions/migrations'), { recursive: true });
  if (image === 'gateway') await buildSite(join(folder, 'dist/web/site'));
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  await fillCompileCache(join(folder, 'dist/runtime/main.js'), image, join(folder, COMPILE_CACHE));
  await settleTimes(folder);
  return contentsOf(chunks);
}

function contentsOf(chunks: readonly OutputChunk[]): Bundle {
  const packages = new Map<string, number>();
  const modules: string[] = [];
  for (const [id, { renderedLength }] of chunks.flatMap(chunk => Object.entries(chunk.modules))) {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1];
    if (name !== undefined) packages.set(name, (packages.get(name) ?? 0) + renderedLength);
    else if (id.startsWith(ROOT)) modules.push(id.slice(ROOT.length).replace('/dist/', '/'));
  }
  return { packages: new Map([...packages].sort(([, one], [, other]) => other - one)), modules };
}

/** Archives of the folder are then the same as well. */
async function settleTimes(folder: string): Promise<void> {
  const when = Number(process.env.SOURCE_DATE_EPOCH ?? 0);
  for (const name of await readdir(folder, { recursive: true })) await lutimes(join(folder, name), when, when);
  await lutimes(folder, when, when);
}
