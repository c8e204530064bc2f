/** Applies the migrations, waiting for a database that is away; a migration that fails is an error. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './contract/failure.js';
import type { Log } from './contract/function.js';
import { migrate } from './drivers/postgres/migrate.js';

const MIGRATIONS = new URL('../../functions/migrations/', import.meta.url);
const LONGEST_PAUSE_MS = 5_000;

export async function migrateUntilDone(dsn: string, log: Log): Promise<void> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await migrate(dsn, MIGRATIONS, log);
    } catch (thrown) {
      if (Failure.from(thrown).code !== 'unavailable') throw thrown;
      log.warn({ err: thrown }, 'the database is away; the migrations wait for it');
      await sleep(pauseMs);
    }
  }
}
