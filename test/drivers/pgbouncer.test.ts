/** PgBouncer between us and PostgreSQL, pooling by transaction: the one on the path, or that PGBOUNCER names. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { silent } from '../support/silent.js';

const PARAMETERS = 'options,extra_float_digits,statement_timeout,lock_timeout,idle_in_transaction_session_timeout';
const PROGRAM = process.env.PGBOUNCER ?? 'pgbouncer';
const version = /PgBouncer (\d+)\.(\d+)/.exec(String(spawnSync(PROGRAM, ['--version']).stdout));
/** From 1.21 on. */
const keepsStatements = Number(version?.[1]) > 1 || Number(version?.[2]) >= 21;

describe('PostgreSQL behind PgBouncer that pools by transaction', function () {
  this.timeout(90_000);
  let folder: string;
  let server: OwnPostgres;
  let dsn: string;
  let end: () => Promise<unknown>;

  before(async function () {
    if (!version) {
      if (process.env.CI === 'true') throw new Error('pgbouncer is not installed');
      console.warn('      SKIPPED: pgbouncer is not installed');
      return this.skip();
    }
    server = await ownPostgres();
    await server.start();
    await server.query('create table counts (name text primary key, n int not null)');
    await server.query("insert into counts values ('all', 0)");
    [folder, dsn, end] = await bouncer(server);
  });
  after(async () => {
    await end?.();
    await server?.remove();
    if (folder) await rm(folder, { recursive: true });
  });

  const connect = () => connectPostgres({ dsn, name: 'pgbouncer', log: silent, max: 8 });
  type Database = ReturnType<typeof connect>;
  /** Each is tried again, as everything is that meets a database that is unavailable. */
  const again = <Result>(work: () => Promise<Result>): Promise<Result> =>
    eventually('it is done', async () => ({ result: await work() }), { within: 20_000 }).then(({ result }) => result);
  const add = (db: Database) => db.query('add', "update counts set n = n + $1 where name = 'all' returning n", [1]);
  const read = (db: Database, n: number) => db.query('read', 'select $1::int as n', [n]);
  const twice = (db: Database) =>
    db.transaction(async tx => {
      await tx.query('add', "update counts set n = n + $1 where name = 'all' returning n", [1]);
      await tx.query('add', "update counts set n = n + $1 where name = 'all' returning n", [1]);
    });

  async function worksAsOnAServer(): Promise<void> {
    const clients = [connect(), connect(), connect()];
    await Promise.all(
      Array.from({ length: 150 }, async (_, n) => {
        const db = clients[n % clients.length] as Database;
        await again<unknown>(() => (n % 3 === 0 ? twice(db) : add(db)));
        expect(await again(() => read(db, n))).to.deep.equal([{ n }]);
      }),
    );
    expect(await server.query('select n from counts')).to.deep.equal([{ n: 50 * 2 + 100 }]);
    for (const db of clients) expect(db.state()).to.equal('up');
    await Promise.all(clients.map(db => db.close()));
  }

  async function isRefused(): Promise<void> {
    const db = connect();
    const state = await eventually('it is down', async () => {
      // Several at a time, or one server does for all.
      await Promise.allSettled(Array.from({ length: 8 }, (_, n) => read(db, n)));
      const now = db.state();
      return typeof now === 'object' && 'down' in now && /prepared/.test(now.down) && now;
    });
    expect(state.down).to.include('PgBouncer does from 1.21 on').and.include('pool by session');
    await db.close();
  }

  if (keepsStatements) it('does all that is asked once', worksAsOnAServer);
  else it('is refused, in words for an operator, since statements are lost', isRefused);

  it("never carries out another version's statement of the same name", async () => {
    const versions = [connect(), connect()];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        again(() => (versions[n % 2] as Database).query<{ n: number }>('same', `select ${n % 2}::int as n`)),
      ),
    );
    for (const [n, [row]] of answers.entries()) expect(row).to.deep.equal({ n: n % 2 });
    await Promise.all(versions.map(db => db.close()));
  });

  it('is migrated', async () => {
    const migrations = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(migrations, '0001_place.sql'), 'create table place (name text);');
    await Promise.all([1, 2, 3].map(() => migrate(dsn, migrations, silent)));
    expect(await server.query("select to_regclass('place')::text as place")).to.deep.equal([{ place: 'place' }]);
    await rm(migrations, { recursive: true });
  });
});

/** Several server connections, handed out in turns, so that a client hardly ever gets the same one twice. */
async function bouncer({
  port,
  password,
}: OwnPostgres): Promise<[folder: string, dsn: string, end: () => Promise<unknown>]> {
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  await chmod(folder, 0o755);
  const listen = await freePort();
  await writeFile(join(folder, 'users.txt'), `"postgres" "${password}"\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
postgres = host=127.0.0.1 port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = 5
server_round_robin = 1
ignore_startup_parameters = ${PARAMETERS}
`,
  );
  // It does not run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(PROGRAM, [...user, join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  return [folder, `postgres://postgres:${password}@127.0.0.1:${listen}/postgres`, end];
}
