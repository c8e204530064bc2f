/** The files of one PostgreSQL server in a folder, and the process over them, on the binaries that `all` embeds. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findBinaries, findRunner } from '#runtime/drivers/postgres/binaries.js';
import { initialise, passwordIn } from '#runtime/drivers/postgres/cluster.js';

export interface PostgresCluster {
  /** Where its files are; beside them is room for others that it reads. */
  readonly files: string;
  readonly password: string;
  dsn(port: number): string;
  /** Makes a file the server's own, as it wants keys and secrets to be; answers its path. */
  own(path: string): Promise<string>;
  /** Does not wait until it answers. */
  start(port: number, settings: readonly string[]): void;
  /** In order, or at once, as in a power cut. */
  stop(how: 'SIGINT' | 'SIGQUIT'): Promise<void>;
}

/** `dataDir` is made. Who knows the password of the server whose files are to come has none made. */
export async function postgresCluster(dataDir: string, password?: string): Promise<PostgresCluster> {
  const files = join(dataDir, 'cluster');
  await mkdir(dataDir);
  // PostgreSQL runs under another account where we are root, and has to get here.
  for (const path of [dirname(dataDir), dataDir]) await chmod(path, 0o755);
  const binaries = await findBinaries();
  const runner = await findRunner(binaries, dataDir, files);
  const secret = password ?? (await passwordIn(dataDir));
  if (password === undefined) await initialise({ dataDir, cluster: files, binaries, runner });
  let child: ChildProcess | undefined;
  const end = () => void child?.kill('SIGQUIT');
  return {
    ...{ files, password: secret },
    dsn: port => `postgres://postgres:${secret}@127.0.0.1:${port}/postgres`,
    async own(path) {
      await chmod(path, 0o600);
      if (runner.owner) await chown(path, runner.owner.uid, runner.owner.gid);
      return path;
    },
    start(port, settings) {
      const own = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'io_method=sync'];
      const { file, args, options } = runner.command(binaries.postgres, [
        ...['-D', files],
        ...[...own, ...settings].flatMap(setting => ['-c', setting]),
      ]);
      child = spawn(file, args, { ...options, cwd: '/', stdio: 'ignore' });
      process.once('exit', end);
    },
    async stop(how) {
      process.removeListener('exit', end);
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill(how);
      await exit;
    },
  };
}
