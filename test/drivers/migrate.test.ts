/** Migrations: once each, in order, by however many replicas at once, and none edited in silence. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { EmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { openPool } from '#runtime/drivers/postgres/pool.js';
import { eventually } from '../support/eventually.js';
import { memoryLog } from '../support/log.js';
import { startOwnPostgres } from '../support/new-server.js';
import { administer, freshDatabase } from '../support/postgres.js';

const INDEX = `
drop index concurrently if exists once;

create unique index concurrently once on t (x);
`;

describe('migrate', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;
  let directory: string;
  let dsn: string;

  const file = (name: string, text: string) => writeFile(join(directory, name), text);
  const applied = () =>
    administer<{ version: number; name: string }>(dsn, 'select version, name from schema_migrations order by version');
  const building = () => administer(dsn, 'select from pg_stat_progress_create_index');
  const valid = () => administer(dsn, "select indisvalid as valid from pg_index where indexrelid = 'once'::regclass");
  const thrown = () =>
    migrate(dsn, directory, memoryLog()).then(
      () => undefined,
      error => error,
    );

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'migrate-'));
    server = await startOwnPostgres({ dataDir, log: memoryLog() });
  });

  after(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  beforeEach(async () => {
    ({ dsn } = await freshDatabase(server.dsn));
    directory = await mkdtemp(join(dataDir, 'sql-'));
  });

  it('applies each file once, in order, when five replicas start at once', async () => {
    await file('0002_fill.sql', "insert into t values ('$1 is text here'); insert into t values ('two')");
    await file('0001_table.sql', 'create table t (x text)');
    const log = memoryLog();
    await Promise.all([1, 2, 3, 4, 5].map(() => migrate(dsn, directory, log)));
    expect(await administer(dsn, 'select x from t')).to.deep.equal([{ x: '$1 is text here' }, { x: 'two' }]);
    expect(await applied()).to.deep.equal([
      { version: 1, name: '0001_table.sql' },
      { version: 2, name: '0002_fill.sql' },
    ]);
    expect(log.lines.filter(({ message }) => message === 'migration applied')).to.have.length(2);
    expect(log.lines.find(({ message }) => message.startsWith('nothing to migrate'))?.fields).to.deep.equal({
      version: 2,
      name: '0002_fill.sql',
    });
  });

  it('goes on with what is new, and lets a newer replica’s versions be', async () => {
    await file('0001_table.sql', 'create table t (x text)\n');
    await migrate(dsn, directory, memoryLog());
    await file('0001_table.sql', 'create table t (x text)\r\n');
    await file('0002_more.sql', 'create table u (x text)');
    await migrate(dsn, directory, memoryLog());
    await rm(join(directory, '0002_more.sql'));
    await migrate(dsn, directory, memoryLog());
    expect(await applied()).to.have.length(2);
  });

  it('names the file that was edited after it had been applied', async () => {
    await file('0001_table.sql', 'create table t (x text)');
    await migrate(dsn, directory, memoryLog());
    await file('0001_table.sql', 'create table t (x integer)');
    expect((await thrown()).message).to.match(/^0001_table\.sql was edited/);
  });

  it('undoes the whole file that fails, names it, and does it when it is mended', async () => {
    await file('0001_table.sql', 'create table t (x text)');
    await file('0002_wrong.sql', 'create table u (x text); create tabel v (x text)');
    expect((await thrown()).message).to.match(/^0002_wrong\.sql: syntax error/);
    expect(await applied()).to.have.length(1);
    await file('0002_wrong.sql', 'create table u (x text)');
    expect(await thrown()).to.equal(undefined);
  });

  it('takes no file whose place is not clear', async () => {
    await file('first.sql', 'select 1');
    expect((await thrown()).message).to.include('first.sql');
    await rm(join(directory, 'first.sql'));
    await file('0001_a.sql', 'select 1');
    await file('0001_b.sql', 'select 1');
    expect((await thrown()).message).to.include('0001_b.sql');
  });

  it('builds an index beside whoever writes, once, when three replicas start at once and somebody is slow', async () => {
    await file('0001_table.sql', 'create table t (x text)');
    await migrate(dsn, directory, memoryLog());
    await file('0002_index.online.sql', INDEX);
    const writer = openPool({ connectionString: dsn, max: 1 });
    const replicas = await writer.tx(async tx => {
      await tx.none("insert into t values ('before')");
      const all = [1, 2, 3].map(() => migrate(dsn, directory, memoryLog()));
      await eventually('the index is being built', async () => (await building()).length > 0);
      // Who built it under a lock that keeps writers out would wait for this one, and this one for it.
      await administer(dsn, "insert into t values ('meanwhile')");
      return all;
    });
    await Promise.all(replicas);
    await writer.$pool.end();
    expect(await valid()).to.deep.equal([{ valid: true }]);
    expect((await applied()).map(({ name }) => name)).to.deep.equal(['0001_table.sql', '0002_index.online.sql']);
  });

  it('builds an index of a partitioned table partition by partition, and goes on where it failed', async () => {
    await file(
      '0001_table.sql',
      `create table t (x text) partition by hash (x);
      create table t_p0 partition of t for values with (modulus 2, remainder 0);
      create table t_p1 partition of t for values with (modulus 2, remainder 1);
      insert into t select unnest(array['twice', 'twice', 'a', 'b', 'c'])`,
    );
    await file('0002_index.online.sql', `-- An index; of both.\n${INDEX}`);
    expect((await thrown()).message).to.match(/^0002_index\.online\.sql: could not create unique index/);
    expect(await valid()).to.deep.equal([{ valid: false }]);
    await administer(dsn, "delete from t where x = 'twice'");
    await Promise.all([1, 2].map(() => migrate(dsn, directory, memoryLog())));
    expect(await valid()).to.deep.equal([{ valid: true }]);
    expect(await administer(dsn, "select from pg_indexes where indexname ~ '^once'")).to.have.length(3);
  });

  it('begins an index anew that a start before did not finish', async () => {
    await file('0001_table.sql', "create table t (x text); insert into t values ('twice'), ('twice')");
    await file('0002_index.online.sql', INDEX);
    expect((await thrown()).message).to.match(/^0002_index\.online\.sql: could not create unique index/);
    expect(await valid()).to.deep.equal([{ valid: false }]);
    await administer(dsn, 'delete from t where ctid = (select min(ctid) from t)');
    expect(await thrown()).to.equal(undefined);
    expect(await valid()).to.deep.equal([{ valid: true }]);
  });

  it('takes away what the version before needs a day later, and at once from a new database', async () => {
    await file('0001_table.sql', 'create table t (x text, old text)');
    await migrate(dsn, directory, memoryLog());
    await file('0002_more.sql', 'alter table t add column y text');
    await file('0003_less.later.sql', 'alter table t drop column old');
    const versions = async () => (await applied()).map(({ version }) => version);
    for (let twice = 0; twice < 2; twice += 1) {
      await migrate(dsn, directory, memoryLog());
      expect(await versions()).to.deep.equal([1, 2]);
    }
    await administer(dsn, "update schema_migrations set applied_at = now() - interval '25 hours'");
    await migrate(dsn, directory, memoryLog());
    expect(await versions()).to.deep.equal([1, 2, 3]);

    ({ dsn } = await freshDatabase(server.dsn));
    await Promise.all([1, 2, 3].map(() => migrate(dsn, directory, memoryLog())));
    expect(await versions()).to.deep.equal([1, 2, 3]);
  });

  it('leaves for the next start what somebody is in the way of, and starts', async () => {
    await file('0001_table.sql', 'create table t (x text, old text)');
    await migrate(dsn, directory, memoryLog());
    await administer(dsn, "update schema_migrations set applied_at = now() - interval '25 hours'");
    await file('0002_less.later.sql', 'alter table t drop column old');
    await file('0003_more.sql', 'create table u (x text)');
    const reader = openPool({ connectionString: dsn, max: 1 });
    const log = memoryLog();
    await reader.tx(async tx => {
      await tx.any('select from t');
      await migrate(dsn, directory, log);
    });
    await reader.$pool.end();
    expect((await applied()).map(({ name }) => name)).to.deep.equal(['0001_table.sql', '0003_more.sql']);
    expect(log.lines.map(({ message }) => message)).to.include('left for the next start');
    await migrate(dsn, directory, memoryLog());
    expect(await applied()).to.have.length(3);
  });

  it('says that it may be tried again while the database is away', async () => {
    await file('0001_table.sql', 'create table t (x text)');
    dsn = 'postgres://someone:secret@127.0.0.1:1/nowhere';
    const failure = await thrown();
    expect(failure).to.be.instanceOf(Failure);
    expect(failure.code).to.equal('unavailable');
  });
});
