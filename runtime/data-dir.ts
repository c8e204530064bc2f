/** The folder of what image `all` keeps: made where it is missing, or told in words why it cannot be used. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError } from './config.js';

/** Rejects with ConfigError. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  const folder = resolve(dataDir);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    throw new ConfigError(
      `DATA_DIR: nothing can be kept in ${folder} (${code}): set DATA_DIR to a folder that may be written to`,
    );
  }
}
