/** Every function that there is, found where it stands: its file has its name, as its export has. */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyFunction } from '#runtime/contract/function.js';

const SOURCES = fileURLToPath(new URL('../../../functions/', import.meta.url));
const COMPILED = new URL('../../../functions/dist/', import.meta.url);

/** Entry points start what they name, and are no place for a function. */
const isSource = (file: string): boolean => /^(?!dist|entrypoints|launch).*(?<!\.d)\.ts$/.test(file);

export interface Found {
  readonly fn: AnyFunction;
  /** Its source, below the root. */
  readonly file: string;
}

/** By their files' names. */
export async function findFunctions(): Promise<Found[]> {
  const files = (await readdir(SOURCES, { recursive: true })).filter(isSource).sort();
  const found = files.map(async file => {
    const compiled = new URL(file.replaceAll('\\', '/').replace(/ts$/, 'js'), COMPILED);
    const module = (await import(compiled.href)) as Record<string, unknown>;
    const fn = module[basename(file, '.ts')];
    return isFunction(fn) ? [{ fn, file: `functions/${file.replaceAll('\\', '/')}` }] : [];
  });
  return (await Promise.all(found)).flat();
}

const isFunction = (value: unknown): value is AnyFunction =>
  typeof value === 'object' && value !== null && 'handle' in value && 'input' in value;
