/** Reloads one after the other, the latest build last; what was built meanwhile and is older is left out. */
import { stat } from 'node:fs/promises';
import type { NotReloaded, Processes } from './processes.js';
import type { Build } from './sources.js';

export interface Hears {
  /** It serves, so many milliseconds after the last of the files was saved. */
  ready(build: Build, ms: number): void;
  notReady(reason: NotReloaded): void;
}

export function createReloads(processes: Processes, hears: Hears): (build: Build) => void {
  let wanted: Build | undefined;
  let working = false;

  async function work(): Promise<void> {
    while (wanted) {
      const build = wanted;
      wanted = undefined;
      const since = await savedAt(build.changed);
      try {
        const serves = await processes.reload(build, () => wanted !== undefined);
        if (serves) hears.ready(build, Math.round(Date.now() - since));
      } catch (thrown) {
        hears.notReady(thrown as NotReloaded);
      }
    }
  }

  return build => {
    wanted = build;
    if (working) return;
    working = true;
    void work().finally(() => {
      working = false;
    });
  };
}

/** When the last of the files was written; of files that are gone, now. */
async function savedAt(files: readonly string[]): Promise<number> {
  const times = await Promise.all(files.map(file => stat(file).then(({ mtimeMs }) => mtimeMs, Date.now)));
  return times.length > 0 ? Math.max(...times) : Date.now();
}
