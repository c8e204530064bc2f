/** A PostgreSQL server of one's own, on the binaries that `all` embeds; ended in immediate mode, as in a power cut. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinaries, findRunner } from '#runtime/drivers/postgres/binaries.js';
import { initialise, passwordIn } from '#runtime/drivers/postgres/cluster.js';
import { eventually } from '#support/eventually.js';
import { administer } from '#support/postgres.js';
import { lastingPort } from './ports.js';
import type { Server } from './server.js';

export interface Postgres extends Server {
  readonly dsn: string;
  terminateConnections(): Promise<void>;
  /** Holds the whole table against everybody. Resolves when it is let go. */
  lock(table: string, ms: number): Promise<void>;
}

export async function postgres(folder: string): Promise<Postgres> {
  const dataDir = join(folder, 'postgres');
  const cluster = join(dataDir, 'cluster');
  await mkdir(dataDir);
  // PostgreSQL runs under another account where we are root, and has to get here.
  for (const path of [folder, dataDir]) await chmod(path, 0o755);
  const binaries = await findBinaries();
  const runner = await findRunner(binaries, dataDir, cluster);
  const password = await passwordIn(dataDir);
  await initialise({ dataDir, cluster, binaries, runner });
  const port = await lastingPort();
  const dsn = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'io_method=sync'];
  let child: ChildProcess | undefined;
  const end = () => void child?.kill('SIGQUIT');
  return {
    port,
    dsn,
    async start() {
      const { file, args, options } = runner.command(binaries.postgres, [
        ...['-D', cluster],
        ...settings.flatMap(setting => ['-c', setting]),
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
    async terminateConnections() {
      await administer(
        dsn,
        "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
    },
    async lock(table, ms) {
      await administer(dsn, `begin; lock table ${table}; select pg_sleep(${ms / 1000}); commit`);
    },
  };
}
