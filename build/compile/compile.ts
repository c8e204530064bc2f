/** Has V8 compile a bundle beforehand: see main.ts, which does it in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));
const WITHIN_MS = 300_000;

/** For the version of Node that runs this. `entry` is the file that runtime/compiled loads. */
export async function compile(entry: string, image: string): Promise<void> {
  // Predictable: the same files give the same code, byte for byte. No other variables, which would change what is run.
  const args = ['--predictable', MAIN, entry, image];
  await promisify(execFile)(process.execPath, args, { env: { NODE_ENV: 'production' }, timeout: WITHIN_MS });
}
