/** An image whose servers answer nobody, from any `main.js`: what it does by itself can be seen all the same. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import type { Env } from './processes.js';

export interface LoneImage {
  readonly url: string;
  /** SIGTERM; the exit code. */
  end(): Promise<number | null>;
  /** The messages of its log, in order. */
  said(): readonly string[];
}

/** Resolves when it answers. `folder` is where its key goes. */
export async function startLoneImage(main: string, image: string, folder: string, change: Env): Promise<LoneImage> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyPath = join(folder, 'key.pem');
  await writeFile(keyPath, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const port = await freePort();
  const child = spawn(process.execPath, [main, image], {
    env: {
      DSN: 'postgres://nobody@127.0.0.1:1/none',
      REDIS_ADDR: '127.0.0.1:1',
      AMQP_URL: 'amqp://127.0.0.1:1',
      JWT_PRIVATE_KEY_PATH: keyPath,
      PORT: `${port}`,
      RATE_LIMIT: 'off',
      SHUTDOWN_GRACE_MS: '5000',
      ...change,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let log = '';
  child.stdout.on('data', bytes => {
    log += bytes;
  });
  const exited = once(child, 'close') as Promise<[number | null]>;
  const url = `http://127.0.0.1:${port}`;
  await eventually('it answers', async () => (await fetch(`${url}/health/liveness`)).ok);
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      return (await exited)[0];
    },
    said: () => log.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line).msg as string])),
  };
}
