/** The files of an embedded PostgreSQL server under DATA_DIR: how they are made, who runs on them, how that ends. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chown, link, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../contract/function.js';
import type { Binaries, Runner } from './binaries.js';
import { UNICODE_CTYPES } from './ctype.js';

const STOP_TIMEOUT_MS = 8_000;
const ZOMBIE_MS = 500;
const POLL_MS = 10;

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

const passwordFile = (dataDir: string) => join(dataDir, 'postgres.password');

/** The password of the server under this DATA_DIR: made up by whoever comes first, for ever after the same. */
export async function passwordIn(dataDir: string): Promise<string> {
  const file = passwordFile(dataDir);
  if (!(await exists(file))) {
    // A link appears whole or not at all, and never replaces one that somebody else made meanwhile.
    const draft = `${file}.${randomBytes(6).toString('hex')}`;
    await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(draft);
  }
  return (await readFile(file, 'utf8')).trim();
}

export interface Place {
  readonly dataDir: string;
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly runner: Runner;
}

/**
 * Makes the files of a new server unless they are there. Made aside and moved into place, so never half there. Who is
 * overtaken by another process takes what that one has made, and may find its own files cleared away.
 */
export async function initialise(place: Place): Promise<void> {
  const made = () => exists(join(place.cluster, 'PG_VERSION'));
  if (await made()) return;
  await make(place).catch(async error => {
    if (!(await made())) throw error;
  });
}

async function make({ dataDir, cluster, binaries, runner }: Place): Promise<void> {
  const aside = await mkdtemp(join(dataDir, 'postgres.init-'));
  try {
    const password = join(aside, 'password');
    const files = join(aside, 'files');
    await writeFile(password, await passwordIn(dataDir), { mode: 0o600 });
    await mkdir(files, { mode: 0o700 });
    if (runner.owner) {
      for (const path of [aside, password, files]) await chown(path, runner.owner.uid, runner.owner.gid);
    }
    const initdb = (ctype: string) =>
      run(runner, binaries.initdb, [
        ...[`--pgdata=${files}`, '--username=postgres', '--auth=scram-sha-256', `--pwfile=${password}`],
        ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
        `--lc-ctype=${ctype}`,
      ]);
    // It refuses a name that the system does not know, and takes back what it made.
    let made = false;
    for (const ctype of UNICODE_CTYPES) {
      made ||= await initdb(ctype).then(
        () => true,
        () => false,
      );
    }
    if (!made) await initdb('C');
    await rename(files, cluster);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/**
 * What a process that was killed in the middle of `initialise` left behind. Only for who holds the server. What cannot be
 * removed, since somebody who was overtaken still writes there, they remove themselves, or the next start does.
 */
export async function clearLeftovers(dataDir: string): Promise<void> {
  const leftovers = (await readdir(dataDir)).filter(name => name.startsWith('postgres.init-'));
  for (const name of leftovers) await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => {});
}

async function run(runner: Runner, program: string, programArgs: readonly string[]): Promise<void> {
  const { file, args, options } = runner.command(program, programArgs);
  const child = spawn(file, args, { ...options, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    complaint += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} failed: ${complaint.trim() || `exit code ${code}`}`);
}

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** It said that it takes connections, when it last said anything: it may have been killed since. */
  readonly ready: boolean;
}

/** What the last server that ran on these files wrote into postmaster.pid, unless it ended in order. */
export async function postmaster(cluster: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 ? { pid, port, ready: port > 0 && lines[7]?.trim() === 'ready' } : undefined;
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A fast shutdown: sessions are ended, everything is written. At once, with recovery at the next start, if that hangs. */
export async function end(cluster: string, log: Log): Promise<void> {
  const server = await postmaster(cluster);
  if (!server) return;
  // It lets go of its files as the last thing it does. What is there of it after that is a zombie whom nobody reaps.
  let letGo = Number.POSITIVE_INFINITY;
  const gone = async () => {
    if ((await postmaster(cluster))?.pid !== server.pid) letGo = Math.min(letGo, performance.now());
    return !alive(server.pid) || performance.now() - letGo > ZOMBIE_MS;
  };
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (await gone()) return;
    signalTo(server.pid, signal);
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    while (performance.now() < deadline) {
      if (await gone()) return;
      await delay(POLL_MS);
    }
    log.warn({ pid: server.pid, signal }, 'the embedded database does not stop');
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
