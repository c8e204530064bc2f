/** Pages of the blobs in folders, by their names. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredBlob } from '../../contract/ports.js';
import { isBlobName } from './names.js';

export async function listed(root: string, after = '', limit: number): Promise<readonly StoredBlob[]> {
  const found: StoredBlob[] = [];
  for (const outer of await namesIn(root, after.slice(0, 2))) {
    const inOuter = join(root, outer);
    for (const inner of await namesIn(inOuter, after.startsWith(outer) ? after.slice(2, 4) : '')) {
      const folder = join(inOuter, inner);
      for (const name of await namesIn(folder, after)) {
        if (name === after || !isBlobName(name)) continue;
        const blob = await stat(join(folder, name)).catch(none);
        if (blob) found.push({ name, size: blob.size, storedAt: blob.ctimeMs });
        if (found.length === limit) return found;
      }
    }
  }
  return found;
}

/** From this one on, in their order. */
async function namesIn(folder: string, from: string): Promise<string[]> {
  const names = await readdir(folder).catch(none);
  return (names ?? []).filter(name => name >= from).sort();
}

export async function filesIn(folder: string): Promise<readonly { path: string; changedAt: number }[]> {
  const paths = (await namesIn(folder, '')).map(name => join(folder, name));
  const stats = await Promise.all(paths.map(path => stat(path).catch(none)));
  return paths.flatMap((path, n) => (stats[n] ? [{ path, changedAt: stats[n].ctimeMs }] : []));
}

/** Gone meanwhile, or never there. */
function none(err: NodeJS.ErrnoException): undefined {
  if (err.code === 'ENOENT' || err.code === 'ENOTDIR') return undefined;
  throw err;
}
