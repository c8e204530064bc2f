/**
 * LC_CTYPE of the embedded server's databases. How text compares and folds is the builtin provider's business, but which
 * characters are letters pg_trgm and full text ask of LC_CTYPE. Under C only ASCII's are: a search for a name in any
 * other script reads everybody.
 */
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../contract/function.js';
import { openPool, type Pool } from './pool.js';

/** By the names that systems give it; C is everywhere. */
export const UNICODE_CTYPES = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'en_US.utf8'];

const markIn = (dataDir: string) => join(dataDir, 'postgres.reindex');

/**
 * Gives databases that were made with LC_CTYPE C a better one, if this system has one, and makes their indexes of words
 * anew. May be killed at any point: the next call goes on. Only for who holds the server, before anybody else connects.
 */
export async function widenCtype(dsn: string, dataDir: string, log: Log): Promise<void> {
  const mark = markIn(dataDir);
  const unfinished = await access(mark).then(
    () => true,
    () => false,
  );
  const ctype = await onConnection(dsn, narrowed);
  if (ctype === undefined && !unfinished) return;
  // Until its indexes are made anew, a database must not be taken for one that is done.
  await writeFile(mark, '', { flush: true });
  if (ctype !== undefined) await onConnection(dsn, db => db.none(SET_CTYPE, [ctype]));
  // A connection has the LC_CTYPE that it found when it began.
  await onConnection(dsn, async db => {
    for (const { name } of await db.any<{ name: string }>(INDEXES_OF_WORDS)) await db.none(`reindex index ${name}`);
  });
  await rm(mark);
  log.info({ ctype }, 'the embedded database finds names in all scripts by index from now on');
}

/**
 * No ALTER DATABASE can; pg_upgrade writes this column of template0 in the same way. The builtin provider does not look at
 * it, so no order of text changes.
 */
const SET_CTYPE = `
update pg_catalog.pg_database set datctype = $1 where datlocprovider = 'b' and datctype in ('C', 'POSIX')`;

const NARROW = `
select from pg_catalog.pg_database
where datname = current_database() and datlocprovider = 'b' and datctype in ('C', 'POSIX')`;

const INDEXES_OF_WORDS = `
select i.indexrelid::regclass::text as name from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid join pg_catalog.pg_am a on a.oid = c.relam
where a.amname in ('gin', 'gist') and c.relpersistence <> 't'`;

/** The LC_CTYPE that the database can have instead of its C; undefined when it has another, or the system has none. */
async function narrowed(db: Pool): Promise<string | undefined> {
  if ((await db.any(NARROW)).length === 0) return undefined;
  for (const ctype of UNICODE_CTYPES) {
    // A name that the system does not know would lock everybody out: a collation of it is made, and undone, to see.
    const undone = new Error('undone');
    const known = await db
      .tx(async tx => {
        await tx.none("create collation known_to_the_system (provider = libc, lc_collate = 'C', lc_ctype = $1)", [
          ctype,
        ]);
        throw undone;
      })
      .catch(error => error === undone);
    if (known) return ctype;
  }
  return undefined;
}

async function onConnection<Result>(dsn: string, work: (db: Pool) => Promise<Result>): Promise<Result> {
  const db = openPool({ connectionString: dsn, application_name: 'ctype', max: 1 });
  try {
    return await work(db);
  } finally {
    await db.$pool.end();
  }
}
