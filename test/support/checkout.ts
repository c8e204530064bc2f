/** A copy of the project, as it is here and built as it is here, for tests that change its sources. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LEFT_OUT = [
  'node_modules',
  '.git',
  '.data',
  'coverage',
  '.mutation',
  'chaos-logs',
  'bench-results',
  'docs',
  'k8s',
];
const OF_OTHERS = /^(dev\.\d+|images)$/;

type Ended = Error & { readonly code?: number; readonly stdout?: string; readonly stderr?: string };

export interface Checkout {
  readonly folder: string;
  /** Its stdout; when it does not end with 0, rejects with all that it said and its `code`. */
  run(program: string, ...words: string[]): Promise<string>;
  /** Puts one text, which has to be there once, in the place of another. */
  change(path: string, from: string, to: string): Promise<void>;
  remove(): Promise<void>;
}

/** The packages of the workspaces, which whoever links the others brings along. */
const OWN = ['function-runtime', '@mini-telegram'];

/** The packages that are installed here, and not again, in a folder `node_modules` that is there. */
export async function linkInstalled(modules: string): Promise<void> {
  const installed = (await readdir(join(ROOT, 'node_modules'))).filter(name => !OWN.includes(name));
  await Promise.all(installed.map(name => symlink(join(ROOT, 'node_modules', name), join(modules, name))));
}

async function linkPackages(modules: string): Promise<void> {
  await mkdir(join(modules, '@mini-telegram'), { recursive: true });
  await symlink('../runtime', join(modules, 'function-runtime'));
  await symlink('../../functions', join(modules, '@mini-telegram/functions'));
  await symlink('../../web', join(modules, '@mini-telegram/web'));
  await linkInstalled(modules);
}

export async function checkout(): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'checkout-'));
  const entries = (await readdir(ROOT)).filter(name => !LEFT_OUT.includes(name));
  // Four thousand small files, which Node copies one by one, and in ten times as long.
  await run('cp', ['-a', ...entries.map(name => join(ROOT, name)), folder]);
  for (const name of await readdir(join(folder, 'dist'))) {
    if (OF_OTHERS.test(name)) await rm(join(folder, 'dist', name), { recursive: true });
  }
  await linkPackages(join(folder, 'node_modules'));
  return {
    folder,
    async run(program, ...words) {
      // What it covers is not ours. Node hands the folder on to children whose variables do not have it: empty, it is none.
      const env = { ...process.env, NODE_V8_COVERAGE: '' };
      try {
        return (await run(program, words, { cwd: folder, env, maxBuffer: 10_000_000 })).stdout;
      } catch (err) {
        const { message, code, stdout = '', stderr = '' } = err as Ended;
        throw Object.assign(new Error(`${message}\n${stdout}${stderr}`), { code });
      }
    },
    async change(path, from, to) {
      const text = await readFile(join(folder, path), 'utf8');
      if (text.split(from).length !== 2) throw new Error(`${path} does not have this once:\n${from}`);
      await writeFile(
        join(folder, path),
        text.replace(from, () => to),
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
