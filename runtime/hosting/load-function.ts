/** Loads a function's file, or directory, whichever module system it is written for. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * Loads a function's file or directory. Resolves with what a CommonJS module exports, or the namespace of an ES module
 * (`.mjs`, or below a package.json of type module): its default export when that is the function and the namespace has
 * no `handle`.
 *
 * @example
 * import { loadFunction, type AnyHandler, start } from 'function-runtime/knative';
 *
 * const server = await start((await loadFunction('./index.js')) as AnyHandler);
 */
export async function loadFunction(path: string): Promise<unknown> {
  const file = require.resolve(resolve(path));
  if (!isEsModule(file)) return require(file);
  const namespace = (await import(pathToFileURL(file).href)) as { handle?: unknown; default?: unknown };
  return namespace.handle === undefined && isHostable(namespace.default) ? namespace.default : namespace;
}

const isHostable = (value: unknown): boolean =>
  typeof value === 'function' || typeof (value as { handle?: unknown } | null | undefined)?.handle === 'function';

function isEsModule(file: string): boolean {
  const extension = extname(file);
  if (extension === '.mjs' || extension === '.cjs') return extension === '.mjs';
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest)) return typeOf(manifest) === 'module';
    if (directory === dirname(directory)) return false;
  }
}

function typeOf(manifest: string): unknown {
  try {
    return JSON.parse(readFileSync(manifest, 'utf8'))?.type;
  } catch (error) {
    console.warn(`${manifest} is ignored: ${(error as Error).message}`);
    return undefined;
  }
}
