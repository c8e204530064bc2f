/** Uploads in a folder: a file each, and one beside it that says how long it is to become. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Configstore, FileStore } from '@tus/file-store';
import type { UploadStore } from './uploads.js';

/**
 * Rejects where the folder cannot be made: the package would end the process.
 *
 * @example
 * import { fileUploads } from 'function-runtime/drivers/tus/files';
 *
 * const store = fileUploads('/var/lib/uploads', 24 * 3_600_000);
 */
export async function fileUploads(folder: string, expiresMs: number): Promise<UploadStore> {
  await mkdir(folder, { recursive: true });
  const sidecar = (id: string): string => join(folder, `${id}.json`);
  const configstore: Configstore = {
    async get(id) {
      const text = await readFile(sidecar(id), 'utf8').catch((err: NodeJS.ErrnoException) => {
        if (err.code !== 'ENOENT') throw err;
      });
      return text === undefined ? undefined : JSON.parse(text);
    },
    /** Whole, or as it was, whatever happens. */
    async set(id, upload) {
      await writeFile(`${sidecar(id)}.new`, JSON.stringify(upload), { flush: true });
      await rename(`${sidecar(id)}.new`, sidecar(id));
    },
    delete: id => rm(sidecar(id), { force: true }),
  };
  const store = new FileStore({ directory: folder, configstore, expirationPeriodInMilliseconds: expiresMs });
  return {
    store,
    read: id => store.read(id),
    async list(after, limit) {
      const files = await readdir(folder);
      const ids = new Set(files.map(file => file.replace(/\.json(?:\.new)?$/, '')));
      const rest = [...ids].filter(id => after === undefined || id > after);
      return rest.sort((one, other) => (one < other ? -1 : 1)).slice(0, limit);
    },
    async remove(id) {
      for (const path of [join(folder, id), sidecar(id), `${sidecar(id)}.new`]) await rm(path, { force: true });
    },
  };
}
