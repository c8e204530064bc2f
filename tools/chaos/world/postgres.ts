/** PostgreSQL servers of one's own, on the binaries that `all` embeds; ended in immediate mode, as in a power cut. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '#support/eventually.js';
import { administer } from '#support/postgres.js';
import { postgresCluster } from '#support/postgres-cluster.js';
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
  const cluster = await postgresCluster(join(folder, `postgres-${port}`), password);
  const dsn = cluster.dsn(port);
  let follows: string[] = [];
  const write = async (name: string, text: string): Promise<void> => {
    const path = join(cluster.files, name);
    await writeFile(path, text);
    await cluster.own(path);
  };
  return {
    ...{ port, dsn, cluster: cluster.files },
    async start() {
      cluster.start(port, [...settings, ...follows]);
      await eventually('PostgreSQL answers', () => administer(dsn, 'select 1'), { within: 60_000 });
    },
    kill: () => cluster.stop('SIGQUIT'),
    async follow(other, at) {
      await rm(cluster.files, { recursive: true, force: true });
      await write('backup_label', await copyRunning(other, cluster.files));
      await write('standby.signal', '');
      follows = [`primary_conninfo=host=127.0.0.1 port=${at} user=postgres password=${cluster.password}`];
    },
  };
}
