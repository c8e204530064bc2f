/** An S3 server of a test's own: OpenStack Swift with its S3 API, of Debian's package python3-swift. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { s3Client } from '#runtime/drivers/blobs/s3-client.js';
import { parseS3Url } from '#runtime/drivers/blobs/s3-url.js';
import { freePort } from './free-port.js';

/** Debian's, whatever else is on the path: its packages are there. */
const PYTHON = '/usr/bin/python3';
const SERVE = fileURLToPath(new URL('../../../test/support/swift/serve.py', import.meta.url));

export interface Swift {
  readonly port: number;
  /** Of a bucket, at this port or by way of another one. */
  url(bucket: string, port?: number): string;
  /** A new bucket, and its URL. */
  bucket(name: string): Promise<string>;
  kill(): Promise<void>;
}

/** A hook for suites that start one: where it is not installed they are skipped, loudly, or fail with CI=true. */
export function needSwift(this: Mocha.Context): void {
  if (spawnSync(PYTHON, ['-c', 'import swift.common.middleware.s3api']).status === 0) return;
  if (process.env.CI === 'true') throw new Error('python3-swift is not installed');
  console.warn('      SKIPPED: python3-swift is not installed');
  this.skip();
}

export async function startSwift(): Promise<Swift> {
  const folder = await mkdtemp(join(tmpdir(), 'swift-'));
  const port = await freePort();
  const child = spawn(PYTHON, [SERVE, folder, String(port)], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', text => {
    said = `${said}${text}`.slice(-4_000);
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit.then(() => Promise.reject(new Error(`no Swift: ${said}`)))]);
  const url = (bucket: string, at = port) => `http://test%3Atester:testing@127.0.0.1:${at}/${bucket}`;
  return {
    port,
    url,
    async bucket(name) {
      const client = s3Client(parseS3Url(url(name)));
      await client.send(new CreateBucketCommand({ Bucket: name }));
      client.destroy();
      return url(name);
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
