/** A primary and its standby behind one DSN: who is asked, and where one goes when they change places. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PartState } from '#runtime/contract/ports.js';
import { migrate } from '#runtime/drivers/postgres/migrate.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../support/eventually.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { silent } from '../support/silent.js';
import { tcpProxy } from '../support/tcp-proxy.js';

type Database = ReturnType<typeof connectPostgres>;
const BACK_MS = 30_000;

describe('a DSN of several hosts', function () {
  this.timeout(120_000);
  let primary: OwnPostgres;
  let standby: OwnPostgres;
  const open: Database[] = [];

  beforeEach(async () => {
    primary = await ownPostgres({ settings: ['hot_standby=on'] });
    await primary.start();
    await primary.query('create table words (word text)');
    await primary.stop('SIGINT');
    standby = await primary.standby();
    await Promise.all([primary.start(), standby.start()]);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(each => each.close()));
    await Promise.all([primary, standby].map(each => each?.remove()));
  });

  const dsnOf = (servers: readonly { readonly port: number }[], query = ''): string =>
    `postgres://postgres:${primary.password}@${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/postgres${query}`;
  async function connect(dsn: string): Promise<Database> {
    const db = connectPostgres({ dsn, name: 'hosts', log: silent });
    open.push(db);
    return db;
  }
  const up = (db: Database) => eventually('it is up', () => db.state() === 'up', { within: BACK_MS });
  const portOf = async (db: Database): Promise<number> =>
    (await db.query<{ port: number }>('port', "select current_setting('port')::int as port"))[0]!.port;
  const saying = (db: Database, what: RegExp) =>
    eventually(`it says ${what}`, () => what.test(said(db.state())), { within: BACK_MS });
  const said = (state: PartState) => (typeof state === 'object' && 'down' in state ? state.down : '');
  const write = (db: Database) => db.query('write', 'insert into words values ($1)', [randomBytes(4).toString('hex')]);

  it('leads to the one that takes writes, wherever it stands, or to another that is wanted', async () => {
    for (const servers of [
      [primary, standby],
      [standby, primary],
    ]) {
      const db = await connect(dsnOf(servers));
      await write(db);
      await up(db);
      expect(await portOf(db)).to.equal(primary.port);
    }
    for (const [attrs, server] of [
      ['any', standby],
      ['primary', primary],
      ['read-only', standby],
      ['standby', standby],
      ['prefer-standby', standby],
    ] as const) {
      const servers = attrs === 'any' || attrs === 'primary' ? [standby, primary] : [primary, standby];
      const db = await connect(dsnOf(servers, `?target_session_attrs=${attrs}`));
      await up(db);
      expect(await portOf(db), attrs).to.equal(server.port);
    }
    const alone = await connect(dsnOf([standby], '?target_session_attrs=read-write'));
    await saying(alone, /it is a standby/);
  });

  it('goes to the standby when that is promoted, after the primary died, and says what each is meanwhile', async () => {
    const db = await connect(dsnOf([primary, standby]));
    await write(db);
    await up(db);
    await primary.stop('SIGQUIT');
    await saying(db, new RegExp(`${primary.port}: .*ECONNREFUSED.*${standby.port}: it is a standby`));
    await standby.query('select pg_promote()');
    await up(db);
    await write(db);
    expect(await portOf(db)).to.equal(standby.port);
  });

  it('leaves a primary that does not answer any more', async () => {
    const wire = await tcpProxy({ host: '127.0.0.1', port: primary.port });
    const db = await connect(dsnOf([wire, standby]));
    await up(db);
    expect(await portOf(db)).to.equal(primary.port);
    wire.stall();
    await standby.query('select pg_promote()');
    await eventually('it goes to the other', async () => (await portOf(db)) === standby.port, { within: BACK_MS });
    await write(db);
    await db.close();
    await wire.close();
  });

  it('leaves a server that takes no writes any more, though it answers whoever reads', async () => {
    const db = await connect(dsnOf([primary, standby]));
    await up(db);
    await standby.query('select pg_promote()');
    await primary.query('alter system set default_transaction_read_only = on');
    await primary.query('select pg_reload_conf()');
    await eventually('it reads from the other', async () => (await portOf(db)) === standby.port, { within: BACK_MS });
    await write(db);
  });

  it('is migrated where it takes writes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(folder, '0001_place.sql'), 'create table place (name text);');
    await migrate(dsnOf([standby, primary]), folder, silent);
    expect(await primary.query("select to_regclass('place')::text as place")).to.deep.equal([{ place: 'place' }]);
    await rm(folder, { recursive: true });
  });
});
