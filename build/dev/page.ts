/** Watches the sources of the pages, and builds them when one is saved. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { watch } from 'rolldown';
import { buildSite } from '../../web/build/site.js';

export interface Hears {
  built(changed: readonly string[]): void;
  /** What is wrong, for people, with the place of it. */
  failed(message: string): void;
}

/** Folders below `web`, a page each. */
const SOURCES = ['app', 'docs'];

/** They have been built once already. */
export function watchPage(root: string, hears: Hears): void {
  const scriptOf = (source: string): string => join(root, 'web', source, 'main.tsx');
  const others = SOURCES.flatMap(source => unbundled(join(root, 'web', source)));
  let changed: string[] = [];
  // One after the other: a file may be seen twice while it is saved, and both builds are put in one folder.
  let building = Promise.resolve();

  const watcher = watch({
    input: SOURCES.map(scriptOf),
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'not imported',
        buildStart() {
          for (const other of others) this.addWatchFile(other);
        },
      },
    ],
    watch: { skipWrite: true },
  });
  watcher.on('change', id => void changed.push(id));
  watcher.on('event', async event => {
    if (event.code !== 'BUNDLE_END' && event.code !== 'ERROR') return;
    const saved = [...new Set(changed)];
    changed = [];
    await event.result.close();
    if (event.code === 'ERROR') return hears.failed(event.error.message);
    if (saved.length === 0) return;
    building = building.then(async () => {
      await buildSite(join(root, 'dist/web/site'), scriptOf);
      hears.built(saved);
    });
    await building;
  });
}

/** What no script imports: the page itself, its styles and icon. */
const unbundled = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(html|css|svg)$/.test(name))
    .map(name => join(folder, name));
