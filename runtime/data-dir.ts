/** The folder of what image `all` keeps: made where it is missing, or told in words why it cannot be used. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError } from './config-error.js';

/** Rejects with ConfigError. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  const folder = resolve(dataDir);
  try {
    await make(folder);
    await access(folder, constants.W_OK);
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    throw new ConfigError(
      `DATA_DIR: nothing can be kept in ${folder} (${code}): set DATA_DIR to a folder that may be written to`,
    );
  }
}

/** Not `recursive`: where a folder is there in which none can be made, such as /proc, that would try for ever. */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw err;
    await make(dirname(folder));
    await mkdir(folder);
  }
}
