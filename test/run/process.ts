/** Some test files in a Mocha of their own, as `npx mocha FILE` runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLEANING_MS } from '../support/end-on-signal.js';
import type { Results } from '../support/results.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MOCHA = join(ROOT, 'node_modules/mocha/bin/mocha.js');
/** What cannot even end itself has this long more. */
const KILL_AFTER_MS = 5_000;

export interface Ended extends Results {
  /** All that it said, in the order in which it said it. */
  readonly output: string;
}

/** `place` is a path that it may write to, with any ending. Once `stopped`, it is told to clean up, and killed when it does not. */
export async function runFiles(
  files: readonly string[],
  place: string,
  env: NodeJS.ProcessEnv,
  stopped: AbortSignal,
): Promise<Ended> {
  const [log, results] = [`${place}.log`, `${place}.json`];
  // A file takes the output: who waits for the end of a pipe waits for everybody whom a test left behind with it.
  const output = await open(log, 'w');
  const child = spawn(process.execPath, [MOCHA, '--reporter-option', `results=${results}`, ...files], {
    cwd: ROOT,
    env,
    stdio: ['ignore', output.fd, output.fd],
  });
  let killer: NodeJS.Timeout | undefined;
  const stop = () => {
    child.kill('SIGTERM');
    killer = setTimeout(() => child.kill('SIGKILL'), CLEANING_MS + KILL_AFTER_MS);
  };
  stopped.addEventListener('abort', stop);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  stopped.removeEventListener('abort', stop);
  clearTimeout(killer);
  await output.close();
  const said = await readFile(log, 'utf8');
  const text = await readFile(results, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const end = `${said}\nended with ${signal ?? code} before its tests did: ${files.join(' ')}\n`;
    return { passed: 0, failed: 1, skipped: {}, msOf: {}, output: end };
  }
  const found = JSON.parse(text) as Results;
  // A process that fails without a failed test (a hook of Node's, an exit of its own) has failed nevertheless.
  const failed = found.failed === 0 && code !== 0 ? 1 : found.failed;
  return { ...found, failed, output: failed === found.failed ? said : `${said}\nended with ${signal ?? code}\n` };
}
