/** Reads at replicas of a PostgreSQL of our own, which lag, fall silent, are promoted or follow somebody else. */
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { connectReplicas } from '#runtime/drivers/postgres/replicas.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../support/eventually.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { silent } from '../support/silent.js';
import { tcpProxy } from '../support/tcp-proxy.js';

interface Told {
  readonly port: number;
  readonly count: number;
}

const WORDS = "select current_setting('port')::int as port, (select count(*) from words) as count";
const WITHIN = { within: 30_000 };

describe('reads at replicas', function () {
  this.timeout(180_000);
  let primary: OwnPostgres;
  let one: OwnPostgres;
  let two: OwnPostgres;
  const open: { close(): Promise<unknown> }[] = [];

  before(async () => {
    primary = await ownPostgres({ settings: ['hot_standby=on', 'max_standby_streaming_delay=0', 'autovacuum=off'] });
    await primary.start();
    await primary.query('create table words (word text)');
    await primary.stop('SIGINT');
    one = await primary.standby();
    two = await primary.standby();
    await Promise.all([primary, one, two].map(each => each.start()));
  });
  afterEach(() => Promise.all(open.splice(0).map(each => each.close())));
  after(async () => {
    await Promise.all([primary, one, two].map(each => each?.remove()));
  });

  const dsnOf = (servers: readonly { readonly port: number }[]): string =>
    `postgres://postgres:${primary.password}@${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/postgres`;

  function connect(servers: readonly { readonly port: number }[], at = primary) {
    const db = connectPostgres({ dsn: at.dsn, name: 'writer', log: silent });
    const replicas = connectReplicas({ primary: db, dsn: dsnOf(servers), name: 'reader', log: silent });
    open.push(replicas, db);
    const read = async () => (await replicas.read<Told>('words', WORDS))[0] as Told;
    const write = () => db.query('write', 'insert into words values ($1)', [randomBytes(4).toString('hex')]);
    const up = () => eventually('all replicas answer', () => replicas.state() === 'up', WITHIN);
    const said = async (what: RegExp) =>
      eventually(`readiness says ${what}`, () => what.test(JSON.stringify(replicas.state())), WITHIN);
    return { db, replicas, read, write, up, said };
  }

  it('have what was committed before, from all replicas in turn', async () => {
    const { read, write, up } = connect([one, two]);
    await up();
    const ports = new Set<number>();
    await eventually(
      'both have answered',
      async () => {
        await write();
        const before = await primary.query<{ count: number }>('select count(*)::int as count from words');
        const told = await read();
        expect(told.count).to.equal(before[0]?.count);
        ports.add(told.port);
        return ports.has(one.port) && ports.has(two.port);
      },
      WITHIN,
    );
  });

  it('come from the primary while the replica is behind, and from the replica when it has caught up', async () => {
    const { read, write, up, said } = connect([one]);
    await up();
    await one.query('select pg_wal_replay_pause()');
    const { count: before } = await read();
    for (let n = 1; n <= 5; n++) {
      await write();
      expect(await read()).to.deep.equal({ port: primary.port, count: before + n });
    }
    await said(/degraded.*bytes of log behind/);
    await one.query('select pg_wal_replay_resume()');
    await up();
    await eventually('the replica answers', async () => (await read()).port === one.port, WITHIN);
  });

  it('answer many who ask at a time, each with what it had written', async () => {
    const { db, replicas, up } = connect([one, two]);
    await up();
    await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        await db.query('write', 'insert into words values ($1)', [`word ${n}`]);
        const found = 'select word from words where word = $1';
        expect(await replicas.read('found', found, [`word ${n}`])).to.deep.equal([{ word: `word ${n}` }]);
      }),
    );
  });

  it('come from the primary when the replica dies, is silent, or is cut, and from it when it is back', async () => {
    const wire = await tcpProxy({ host: '127.0.0.1', port: one.port });
    open.push(wire);
    const { read, up, said } = connect([wire]);
    const back = () => eventually('the replica answers', async () => (await read()).port === one.port, WITHIN);
    await up();
    for (const [fall, rise] of [
      [() => one.stop('SIGQUIT'), () => one.start()],
      [async () => wire.stall(), async () => wire.mend()],
      [async () => wire.cut(), async () => wire.mend()],
    ] as const) {
      await fall();
      expect((await read()).port).to.equal(primary.port);
      await said(/degraded/);
      await rise();
      await back();
    }
  });

  it('come from the primary where the replica ends them for what it has to replay', async () => {
    const { db, replicas, up, write } = connect([one]);
    for (let n = 0; n < 10; n++) await write();
    await up();
    const slow = "select current_setting('port')::int as port from (select count(*) from words) w, pg_sleep(0.5)";
    const reading = replicas.read<{ port: number }>('slow', slow);
    await eventually('it reads at the replica', async () => {
      const [row] = await one.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()",
      );
      return row?.n === 1;
    });
    await db.query('drop', 'alter table words add column size int');
    expect(await reading).to.deep.equal([{ port: primary.port }]);
  });

  it('reject as at the primary where the values are at fault, and the replica stays', async () => {
    const { replicas, up } = connect([one]);
    await up();
    const error = await replicas.read('number', 'select $1::text::int', ['no number']).catch(thrown => thrown);
    expect(error).to.have.property('code', '22P02');
    expect(replicas.state()).to.equal('up');
  });

  it('never come from a replica that is ahead in another history than the new primary has, nor from a promoted one', async () => {
    // Gets nothing more, and becomes the primary without what the other replica has.
    await two.stop('SIGINT');
    await primary.query("insert into words select 'lost ' || n from generate_series(1, 20000) n");
    const lost = "select count(*)::int as n from words where word like 'lost%'";
    const replayed = async () => (await one.query<{ n: number }>(lost))[0]?.n;
    await eventually('the other has it', async () => (await replayed()) === 20_000, WITHIN);
    await primary.stop('SIGQUIT');
    await two.start();
    await two.query('select pg_promote()');
    const { db, read, write, said } = connect([one, two], two);
    await eventually('the new primary takes writes', write, WITHIN);
    await said(/degraded.*timeline.*takes writes/);
    for (let n = 0; n < 3; n++) expect((await read()).port).to.equal(two.port);
    expect(await db.query('lost', lost)).to.deep.equal([{ n: 0 }]);
  });
});
