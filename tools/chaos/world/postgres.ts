/** PostgreSQL servers of one's own, on the binaries that `all` embeds; ended in immediate mode, as in a power cut. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries, findRunner } from '#runtime/drivers/postgres/binaries.js';
import { initialise, passwordIn } from '#runtime/drivers/postgres/cluster.js';
import { eventually } from '#support/eventually.js';
import { administer } from '#support/postgres.js';
import { lastingPort } from './ports.js';
import { copyRunning } from './postgres-copy.js';
import type { Server } from './server.js';

export interface Postgres extends Server {
  readonly dsn: string;
  /** Where its files are. */
  readonly cluster: string;
  /** Has the files of another, which runs, in place of its own, and follows it over that port from its next start on. */
  follow(other: Postgres, port: number): Promise<void>;
}

/** `password` is the other's of two that have the same files. */
export async function postgres(folder: string, settings: readonly string[] = [], password?: string): Promise<Postgres> {
  const port = await lastingPort();
  const dataDir = join(folder, `postgres-${port}`);
  const cluster = join(dataDir, 'cluster');
  await mkdir(dataDir);
  // PostgreSQL runs under another account where we are root, and has to get here.
  for (const path of [folder, dataDir]) await chmod(path, 0o755);
  const binaries = await findBinaries();
  const runner = await findRunner(binaries, dataDir, cluster);
  const secret = password ?? (await passwordIn(dataDir));
  if (password === undefined) await initialise({ dataDir, cluster, binaries, runner });
  const dsn = `postgres://postgres:${secret}@127.0.0.1:${port}/postgres`;
  const own = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'io_method=sync', ...settings];
  let follows: string[] = [];
  let child: ChildProcess | undefined;
  const end = () => void child?.kill('SIGQUIT');
  const write = async (name: string, text: string): Promise<void> => {
    await writeFile(join(cluster, name), text, { mode: 0o600 });
    if (runner.owner) await chown(join(cluster, name), runner.owner.uid, runner.owner.gid);
  };
  return {
    ...{ port, dsn, cluster },
    async start() {
      const { file, args, options } = runner.command(binaries.postgres, [
        ...['-D', cluster],
        ...[...own, ...follows].flatMap(setting => ['-c', setting]),
      ]);
      child = spawn(file, args, { ...options, cwd: '/', stdio: 'ignore' });
      process.once('exit', end);
      await eventually('PostgreSQL answers', () => administer(dsn, 'select 1'), { within: 60_000 });
    },
    async kill() {
      process.removeListener('exit', end);
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGQUIT');
      await exit;
    },
    async follow(other, at) {
      await rm(cluster, { recursive: true, force: true });
      await write('backup_label', await copyRunning(other, cluster));
      await write('standby.signal', '');
      follows = [`primary_conninfo=host=127.0.0.1 port=${at} user=postgres password=${secret}`];
    },
  };
}
