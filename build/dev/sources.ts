/**
 * Watches the sources of the image `all` and puts them together whenever one is saved: its own code in some files in
 * `dist/dev.N`, packages left where they are. Types are not looked at, so it takes a fraction of the compiler's time.
 */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputChunk, watch } from 'rolldown';

/** The one that runs, and those that are being loaded, are among so many. */
const KEPT = 20;

/** What a process has to load, as URLs, and the packages that it needs for that. */
export interface Build {
  /** Starts when it is loaded, so it comes after the others. */
  readonly main: string;
  readonly others: readonly string[];
  readonly packages: readonly string[];
  /** The files that were saved since the last one. */
  readonly changed: readonly string[];
}

export interface Hears {
  built(build: Build): void;
  /** What is wrong, for people, with the place of it. */
  failed(message: string): void;
}

/** The first build comes by itself. Answers how to stop. */
export function watchSources(root: string, hears: Hears): () => Promise<void> {
  const folder = join(root, 'dist/dev');
  let changed: string[] = [];
  let chunks: readonly OutputChunk[] = [];
  let number = 0;

  const watcher = watch({
    input: { main: join(root, 'functions/launch/main.ts'), all: join(root, 'functions/entrypoints/all.ts') },
    resolve: { conditionNames: ['source', 'import', 'default'] },
    cwd: root,
    platform: 'node',
    external: id => !/^[./\0#]|^(?:function-runtime|@mini-telegram)(?:\/|$)/.test(id),
    logLevel: 'silent',
    treeshake: false,
    plugins: [
      {
        name: 'numbered',
        // In a folder of its own: a process may still be loading the one before.
        async writeBundle(_, output) {
          chunks = Object.values(output).filter(file => file.type === 'chunk');
          number += 1;
          for (const old of [number, number - KEPT]) await rm(`${folder}.${old}`, { recursive: true, force: true });
          await rename(folder, `${folder}.${number}`);
        },
      },
    ],
    output: { dir: folder, format: 'es', sourcemap: true, minify: false, chunkFileNames: '[name].js' },
  });
  watcher.on('change', id => void changed.push(id));
  watcher.on('event', async event => {
    if (event.code === 'BUNDLE_END') {
      await event.result.close();
      const urlOf = (file: string): string => pathToFileURL(join(`${folder}.${number}`, file)).href;
      const files = new Set(chunks.map(({ fileName }) => fileName));
      const imports = chunks.flatMap(chunk => [...chunk.imports, ...chunk.dynamicImports]);
      hears.built({
        main: urlOf('main.js'),
        others: [...files].filter(file => file !== 'main.js').map(urlOf),
        packages: [...new Set(imports)].filter(id => !files.has(id)),
        changed: [...new Set(changed)],
      });
      changed = [];
    } else if (event.code === 'ERROR') {
      await event.result.close();
      hears.failed(event.error.message);
    }
  });
  return () => watcher.close();
}
