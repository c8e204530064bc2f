/**
 * Brings a database to the newest schema: every SQL file of a directory once, in the order of its names, each in one
 * transaction with its entry in `schema_migrations`. Any number of replicas may run it at once.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../contract/failure.js';
import type { Log } from '../../contract/function.js';
import { passesByItself, portError, reason, turnsAway, unavailable } from './errors.js';
import { openPool, type Pool } from './pool.js';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/** Any number, as long as nothing else in the database takes it. */
const LOCK = 4_716_201;

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
  const migrations = await read(directory);
  const db = openPool({ connectionString: dsn, application_name: 'migrate', max: 1, connectionTimeoutMillis: 3_000 });
  try {
    const connection = await db.connect();
    let applied = 0;
    try {
      for (const migration of migrations) {
        if (!(await connection.tx(tx => apply(migration, tx)))) continue;
        applied += 1;
        log.info({ migration: migration.name }, 'migration applied');
      }
      const [schema] = await connection.any<Pick<Migration, 'version' | 'name'>>(NEWEST);
      const [locale] = await connection.any<{ ctype: string }>(NARROW);
      if (locale)
        log.warn({ ...locale }, 'only names in ASCII are found whatever their case, and by index: LC_CTYPE is C');
      if (applied === 0 && schema) log.info({ ...schema }, 'nothing to migrate: the schema is at this version');
    } finally {
      connection.done(true);
    }
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

async function apply({ version, name, text, checksum }: Migration, tx: Pick<Pool, 'query'>): Promise<boolean> {
  // Held until the transaction ends; in it, because only one may create the table, too.
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
  await tx.query(CREATE_TABLE);
  const [known] = await tx.query('select checksum from schema_migrations where version = $1', [version]);
  if (known?.checksum === checksum) return false;
  if (known) throw new Failure('conflict', `${name} was edited after it had been applied; add a new file instead`);
  try {
    await tx.query(text);
  } catch (error) {
    if (passesByItself(error)) throw error;
    throw new Failure('internal', `${name}: ${reason(error)}`, { cause: portError(error) });
  }
  const entry = 'insert into schema_migrations (version, name, checksum) values ($1, $2, $3)';
  await tx.query(entry, [version, name, checksum]);
  return true;
}

async function read(directory: URL | string): Promise<Migration[]> {
  const path = typeof directory === 'string' ? directory : fileURLToPath(directory);
  const names = (await readdir(path)).filter(name => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async name => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (!version) throw new Error(`${name}: migrations are named like 0001_what_it_does.sql`);
      const text = (await readFile(`${path}/${name}`, 'utf8')).replaceAll('\r\n', '\n');
      return { version, name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
  const twice = migrations.find(({ version }, index) => migrations[index - 1]?.version === version);
  if (twice) throw new Error(`${twice.name}: there is another migration of this number`);
  return migrations;
}
