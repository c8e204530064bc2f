/**
 * npm installs one version of a package in several places when another version stands in the way: one of them is enough.
 * Which one follows from the lock file, so that it is always the same.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

export async function oneCopy(root: string): Promise<Plugin> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const first = new Map<string, string>();
  const instead = new Map<string, string>();
  for (const [path, { version }] of Object.entries(packages)) {
    const named = `${path.slice(path.lastIndexOf('node_modules/'))}@${version}`;
    const folder = join(root, path);
    if (!first.has(named)) first.set(named, folder);
    else instead.set(folder, first.get(named) ?? folder);
  }
  return {
    name: 'one-copy',
    async resolveId(source, importer, options) {
      const found = await this.resolve(source, importer, { ...options, skipSelf: true });
      const folder = FOLDER.exec(found?.id ?? '')?.[0] ?? '';
      const other = instead.get(folder);
      return found && other ? { ...found, id: other + found.id.slice(folder.length) } : found;
    },
  };
}
