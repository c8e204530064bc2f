/** Watches the sources of the page, and builds it when one is saved. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { watch } from 'rolldown';
import { buildSite } from '../../web/build/site.js';

export interface Hears {
  built(changed: readonly string[]): void;
  /** What is wrong, for people, with the place of it. */
  failed(message: string): void;
}

/** It has been built once already. */
export function watchPage(root: string, hears: Hears): void {
  const source = join(root, 'web/app');
  const script = join(source, 'main.tsx');
  const others = ['index.html', 'icon.svg', ...readdirSync(join(source, 'styles')).map(name => join('styles', name))];
  let changed: string[] = [];

  const watcher = watch({
    input: script,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'not imported',
        buildStart() {
          for (const other of others) this.addWatchFile(join(source, other));
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
    await buildSite(join(root, 'dist/web/site'), script);
    hears.built(saved);
  });
}
