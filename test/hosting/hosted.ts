/** A function hosted by the command line in a process of its own, in a directory of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.js';
import { ask } from './ask.js';

const CLI = fileURLToPath(import.meta.resolve('#runtime/hosting/cli.js'));
const DEADLINE_MS = 10_000;

/** Writes the files into a new directory, and gives its path. */
export function directory(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'hosting-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** Asks again until the answer is true; rejects after ten seconds. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

export const answers = (port: number, path = '/health/liveness'): Promise<boolean> =>
  ask(port, { path }).then(
    () => true,
    () => false,
  );

export interface Hosted {
  readonly port: number;
  readonly child: ChildProcess;
  /** What it wrote on both streams so far. */
  output(): string;
  /** Its exit code, null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it, whatever state it is in, and removes its directory. */
  dispose(): Promise<void>;
}

export interface Hosting {
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[] | ((port: number) => readonly string[]);
  readonly env?: (port: number) => Record<string, string>;
}

/** Starts it without waiting for anything. */
export async function launch({ files, args, env }: Hosting): Promise<Hosted> {
  const port = await freePort();
  const cwd = directory(files);
  const list = typeof args === 'function' ? args(port) : args;
  const child = fork(CLI, list, {
    cwd,
    env: { ...process.env, ...env?.(port) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += chunk));
  const exited = new Promise<number | null>(resolve => child.once('close', code => resolve(code)));
  return {
    port,
    child,
    output: () => output,
    exited,
    async dispose() {
      child.kill('SIGKILL');
      await exited;
      rmSync(cwd, { recursive: true });
    },
  };
}

/** Starts `index.cjs` with this source, and waits until it answers. */
export async function host(source: string, hosting: Partial<Hosting> = {}): Promise<Hosted> {
  const hosted = await launch({
    args: port => ['index.cjs', '--port', String(port)],
    ...hosting,
    files: { 'index.cjs': source, ...hosting.files },
  });
  await until('the server', () => {
    if (hosted.child.exitCode !== null) throw new Error(`it ended: ${hosted.output()}`);
    return answers(hosted.port);
  });
  return hosted;
}
