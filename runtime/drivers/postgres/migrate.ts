/**
 * Brings a database to the newest schema: every SQL file of a directory once, in the order of its names, each in one
 * transaction with its entry in `schema_migrations`, or statement by statement where it is to block nobody
 * (see migrations.ts). Any number of replicas may run it at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { connectionOf } from './dsn.js';
import { passesByItself, portError, reason, turnsAway, unavailable } from './errors.js';
import { hostsOf } from './hosts.js';
import { type Migration, readMigrations, statementsOf } from './migrations.js';
import { onPartitions } from './partitioning/indexes.js';
import { openPool, type Pool } from './pool.js';

/** Any numbers, as long as nothing else in the database takes them. */
const LOCK = 4_716_201;
const ONLINE_LOCK = 4_716_203;
const POLL_MS = 200;

/** How long whoever else works on a table waits behind a step that may as well be taken later. */
const PATIENCE = "set local lock_timeout = '2s'";

const CREATE_TABLE = `
create table if not exists schema_migrations (
  version integer primary key,
  name text not null,
  applied_at timestamptz not null default now(),
  checksum text not null
)`;

/**
 * Rejects with Failure `unavailable` while the database is away (calling it again goes on where it stopped), with Failure
 * `forbidden` when it does not take this user or has no such database or right, and with an Error that names the file when
 * an applied file was edited since or its SQL fails. Versions that the database has and the directory has not are a newer
 * replica's, and fine.
 */
export async function migrate(dsn: string, directory: URL | string, log: Log): Promise<void> {
  const migrations = await readMigrations(directory);
  const hosts = hostsOf(dsn);
  const at = hosts.choosy ? await hosts.find().catch(error => Promise.reject(unavailable(error))) : hosts.at();
  // One connection holds a lock while another works.
  const db = openPool({
    ...connectionOf(dsn, at),
    application_name: 'migrate',
    max: 2,
    connectionTimeoutMillis: 3_000,
  });
  try {
    // No version before this one has ever run on what this call has made from the beginning.
    let fresh = false;
    let applied = 0;
    for (const [at, migration] of migrations.entries()) {
      const done = await step(db, migration, fresh, log);
      if (!done) continue;
      if (at === 0) fresh = true;
      applied += 1;
      log.info({ migration: migration.name }, 'migration applied');
    }
    const [schema] = await db.any<Pick<Migration, 'version' | 'name'>>(NEWEST);
    const [locale] = await db.any<{ ctype: string }>(NARROW);
    if (locale)
      log.warn({ ...locale }, 'only names in ASCII are found whatever their case, and by index: LC_CTYPE is C');
    if (applied === 0 && schema) log.info({ ...schema }, 'nothing to migrate: the schema is at this version');
  } catch (error) {
    throw failureOf(error);
  } finally {
    await db.$pool.end();
  }
}

function failureOf(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const refused = turnsAway(error);
  if (refused !== undefined) return new Failure('forbidden', `the database refuses: ${refused}`, { cause: error });
  return passesByItself(error) ? unavailable(portError(error)) : error;
}

const NARROW = `
select datctype as ctype from pg_database
where datname = current_database() and (datctype in ('C', 'POSIX') or lower('Ж') <> 'ж')`;
const NEWEST = 'select version, name from schema_migrations order by version desc limit 1';

const DUE = "select max(applied_at) <= now() - interval '1 day' as due from schema_migrations where version < $1";
const ENTRY = 'insert into schema_migrations (version, name, checksum) values ($1, $2, $3)';

type Queries = Pick<Pool, 'query'>;

/** Whether it was applied just now. */
function step(db: Pool, migration: Migration, fresh: boolean, log: Log): Promise<boolean> {
  if (migration.when === 'online') return applyOnline(db, migration, log);
  if (migration.when === 'now') return db.tx(tx => apply(migration, tx));
  return db
    .tx(tx => applyLater(migration, tx, fresh))
    .catch(error => {
      if (!passesByItself(error)) throw error;
      log.warn({ migration: migration.name, reason: reason(error) }, 'left for the next start');
      return false;
    });
}

async function apply(migration: Migration, tx: Queries): Promise<boolean> {
  if (await isApplied(migration, tx)) return false;
  await carryOut(migration, tx, [migration.text]);
  await enter(migration, tx);
  return true;
}

/** A day is what the version before is given to go, or to be gone back to. */
async function applyLater(migration: Migration, tx: Queries, fresh: boolean): Promise<boolean> {
  await tx.query(PATIENCE);
  if (await isApplied(migration, tx)) return false;
  const [before] = await tx.query(DUE, [migration.version]);
  return (fresh || before?.due === true) && apply(migration, tx);
}

/**
 * By whoever gets the lock; the others look again until it is done. Nobody waits for the lock in a statement: to build an
 * index concurrently is to wait for all statements that began before, which may be waiting for this. It is held by a
 * transaction without a snapshot, which is waited for by nobody, and which a pooler keeps together.
 */
async function applyOnline(db: Pool, migration: Migration, log: Log): Promise<boolean> {
  for (;;) {
    const done = await db.tx(async holder => {
      await holder.query('set local idle_in_transaction_session_timeout = 0');
      const [{ locked }] = await holder.query('select pg_try_advisory_xact_lock($1) as locked', [ONLINE_LOCK]);
      if (!locked) return undefined;
      if (await db.tx(tx => isApplied(migration, tx))) return false;
      log.info({ migration: migration.name }, 'begins a migration that takes its time');
      for (const statement of statementsOf(migration)) await carryOut(migration, db, await onPartitions(db, statement));
      await enter(migration, db);
      return true;
    });
    if (done !== undefined) return done;
    await sleep(POLL_MS);
  }
}

async function isApplied({ version, name, checksum }: Migration, tx: Queries): Promise<boolean> {
  // Held until the transaction ends; in it, because only one may create the table, too.
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
  await tx.query(CREATE_TABLE);
  const [known] = await tx.query('select checksum from schema_migrations where version = $1', [version]);
  if (known && known.checksum !== checksum)
    throw new Failure('conflict', `${name} was edited after it had been applied; add a new file instead`);
  return known !== undefined;
}

async function carryOut({ name }: Migration, target: Queries, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await target.query(statement);
  } catch (error) {
    if (passesByItself(error)) throw error;
    throw new Failure('internal', `${name}: ${reason(error)}`, { cause: portError(error) });
  }
}

const enter = ({ version, name, checksum }: Migration, target: Queries): Promise<unknown> =>
  target.query(ENTRY, [version, name, checksum]);
