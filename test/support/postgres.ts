/** Databases for tests: one of their own, made and dropped, on a server that may or may not be there. */
import { randomBytes } from 'node:crypto';
import { openPool } from '#runtime/drivers/postgres/pool.js';

/** The server's DSN when it answers. Without one, CI fails, and anybody else is told what is skipped. */
export async function postgresDsn(): Promise<string | undefined> {
  const dsn = process.env.DSN ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  try {
    await administer(dsn, 'select 1');
    return dsn;
  } catch (error) {
    if (process.env.CI === 'true') throw new Error('CI needs a PostgreSQL server at DSN', { cause: error });
    console.warn(`SKIPPED: no PostgreSQL server at ${new URL(dsn).host}; tests against a real one do not run`);
    return undefined;
  }
}

/** An empty database on the server, of this LC_CTYPE. `drop` throws out whoever is still connected. */
export async function freshDatabase(
  serverDsn: string,
  ctype?: string,
): Promise<{ dsn: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(serverDsn, `create database ${name}${ctype ? ` template template0 lc_ctype '${ctype}'` : ''}`);
  const dsn = new URL(serverDsn);
  dsn.pathname = `/${name}`;
  return {
    dsn: dsn.href,
    drop: async () => {
      await administer(serverDsn, `drop database ${name} with (force)`);
    },
  };
}

/** One statement on a connection of its own, without the driver that is under test. */
export async function administer<Row = unknown>(dsn: string, text: string, values?: unknown[]): Promise<Row[]> {
  const db = openPool({ connectionString: dsn, max: 1, connectionTimeoutMillis: 2_000 });
  try {
    return await db.any<Row>(text, values);
  } finally {
    await db.$pool.end();
  }
}
