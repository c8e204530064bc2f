/**
 * The signing key of image `all` when none is configured: made once, kept under DATA_DIR, readable by its owner only.
 * Rejects with ConfigError where what is kept cannot be used.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from 'function-runtime';
import { generateKeyPem } from 'function-runtime/drivers/jose';
import { readPrivateKey } from './signing-keys.js';

export async function devSigningKey(dataDir: string): Promise<string> {
  const path = join(dataDir, 'jwt-private-key.pem');
  await mkdir(dataDir, { recursive: true });
  // Of several at once one gives its own the name, which is whole then, and all read the same.
  const own = `${path}.${randomUUID()}`;
  try {
    await writeFile(own, await generateKeyPem(), { mode: 0o600, flag: 'wx' });
    await link(own, path).catch(err => {
      if (err.code !== 'EEXIST') throw err;
    });
  } finally {
    await rm(own, { force: true });
  }
  try {
    return readPrivateKey(path);
  } catch (err) {
    throw new ConfigError(`DATA_DIR: ${path} ${(err as Error).message}`);
  }
}
