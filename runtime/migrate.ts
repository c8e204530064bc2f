/** Applies the migrations, waiting for a database that is away; a migration that fails is an error. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './contract/failure.js';
import type { Log } from './contract/function.js';
import { backoffMs } from './core/backoff.js';
import { migrate } from './drivers/postgres/migrate.js';

const RETRY = { firstMs: 100, mostMs: 5_000 };

interface Migrating {
  readonly dsn: string;
  /** A folder of SQL files, applied in the order of their names. */
  readonly migrations: URL;
  readonly log: Log;
}

/**
 * `waitsFor` are the failures after which it tries again. One that turns this user away (`forbidden`) is waited for by
 * who has other work; who has none ends, so that it is started again with what the DSN has become meanwhile.
 */
export async function migrateUntilDone(
  { dsn, migrations, log }: Migrating,
  waitsFor: readonly ('unavailable' | 'forbidden')[],
): Promise<void> {
  for (let tried = 0; ; tried++) {
    try {
      return await migrate(dsn, migrations, log);
    } catch (thrown) {
      const { code } = Failure.from(thrown);
      if (!waitsFor.some(waited => waited === code)) throw thrown;
      log.warn({ err: thrown }, 'the database is away; the migrations wait for it');
      await sleep(backoffMs(tried, RETRY));
    }
  }
}

/** For an entry point that does nothing else: a failure is one line, without secrets, and the end. */
export async function runMigrations(migrating: Migrating): Promise<void> {
  try {
    await migrateUntilDone(migrating, ['unavailable']);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    process.stderr.write(`migrate: ${thrown.message.replaceAll(/\s+/g, ' ')}\n`);
    process.exit(1);
  }
}
