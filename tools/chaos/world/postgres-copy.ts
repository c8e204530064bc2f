/** Copies a PostgreSQL server's files while it runs, as its manual has it for who does without pg_basebackup. */
import { join } from 'node:path';
import { openPool } from '#runtime/drivers/postgres/pool.js';
import type { Postgres } from './postgres.js';
import { run } from './server.js';

/** Into a folder that there is not. Answers with what its `backup_label` has to say. */
export async function copyRunning({ dsn, cluster }: Pick<Postgres, 'dsn' | 'cluster'>, to: string): Promise<string> {
  const db = openPool({ connectionString: dsn, max: 1 });
  try {
    return await db.task(async session => {
      await session.any("select pg_backup_start('chaos', true)");
      // What it removes meanwhile is no loss: the log has it.
      await run('cp', ['-a', cluster, to]).catch((error: Error & { stderr?: string }) => {
        const said = (error.stderr ?? '').split('\n').filter(line => line !== '' && !/No such file/.test(line));
        if (said.length > 0) throw error;
      });
      const pid = join(to, 'postmaster.pid');
      await run('sh', ['-c', 'rm -rf "$1" "$2"/* && mkdir -p "$2"', 'sh', pid, join(to, 'pg_wal')]);
      const { labelfile } = await session.one<{ labelfile: string }>('select labelfile from pg_backup_stop()');
      return labelfile;
    });
  } finally {
    await db.$pool.end();
  }
}
