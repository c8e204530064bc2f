/** The driver: what it makes of values and errors, and how it lives through a database that comes and goes. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { Part, Sql } from '#runtime/contract/ports.js';
import { postmaster } from '#runtime/drivers/postgres/cluster.js';
import { parseDsn } from '#runtime/drivers/postgres/dsn.js';
import type { EmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { connectPostgres } from '#runtime/drivers/postgres/sql.js';
import { eventually } from '../support/eventually.js';
import { memoryLog } from '../support/log.js';
import { startOwnPostgres } from '../support/new-server.js';
import { administer } from '../support/postgres.js';

const rejection = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => {
      throw new Error('did not reject');
    },
    error => error,
  );

describe('parseDsn', () => {
  it('says where a DSN leads', () => {
    const hosts = (dsn: string) => parseDsn(dsn).hosts.map(({ host, port }) => `${host} ${port}`);
    expect(hosts('postgres://u:p@db.example.org/app')).to.deep.equal(['db.example.org 5432']);
    expect(hosts('postgresql://127.0.0.1:6000')).to.deep.equal(['127.0.0.1 6000']);
    expect(hosts('postgres:///app?host=/run/postgresql')).to.deep.equal(['/run/postgresql 5432']);
    expect(hosts('postgres://u:p@one,two:6000,[::1]:6001/app')).to.deep.equal(['one 5432', 'two 6000', '::1 6001']);
    expect(hosts('postgres:///app?host=one,two&port=6000')).to.deep.equal(['one 6000', 'two 6000']);
    expect(parseDsn('postgres://one,two/app')).to.include({ wanted: 'read-write', anyOrder: false });
    expect(parseDsn('postgres://one/app')).to.include({ wanted: 'any' });
    expect(parseDsn('postgres://one,two/app?target_session_attrs=standby&load_balance_hosts=random')).to.include({
      wanted: 'standby',
      anyOrder: true,
    });
  });

  for (const dsn of [
    '',
    'secret',
    'mysql://u:secret@host/db',
    'postgres://u:secret@host:port/db',
    'postgres://u:secret@host:99999/db',
    'postgres://u:se%cret@host/db',
    'postgres://u:secret@/db',
    'postgres://u:secret@a,,b/db',
    'postgres://u:secret@a,b:x/db',
    'postgres://u:secret@a,b/db?target_session_attrs=best',
    'postgres:///db?host=a,b,c&port=1,2',
  ]) {
    it(`refuses ${dsn || 'nothing'} without repeating it`, () => {
      expect(() => parseDsn(dsn))
        .to.throw(Error)
        .with.property('message')
        .that.matches(/^(must|names|has)/)
        .and.does.not.include('secret');
    });
  }
});

const CUT = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'driver-test'";

describe('the PostgreSQL driver', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;
  const open: (Sql & Part)[] = [];

  const pool = (dsn = server.dsn, log = memoryLog()) => {
    const sql = connectPostgres({ dsn, name: 'driver-test', log, max: 4 });
    open.push(sql);
    return sql;
  };
  const isUp = (sql: Part) => eventually('the database is up', () => sql.state() === 'up');

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'driver-'));
    server = await startOwnPostgres({ dataDir, log: memoryLog() });
    await administer(server.dsn, 'create table things (id integer primary key, x text constraint one_x unique)');
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map(sql => sql.close()));
  });

  after(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  it('gives bigint as number, timestamptz as Date, and takes arrays, nulls and dates', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const [row] = await pool().query(
      'types',
      'select 9007199254740991::bigint as big, count(*) as count, $1::timestamptz as at, $2::text as nothing, $3::text[] as list',
      [at, null, ['a,"b"', 'NULL', null]],
    );
    expect(row).to.deep.equal({ big: 2 ** 53 - 1, count: 1, at, nothing: null, list: ['a,"b"', 'NULL', null] });
  });

  it('prepares a statement once a connection, under its name, and says who it is', async () => {
    const sql = pool();
    await sql.transaction(async tx => {
      for (const n of [1, 2, 3]) await tx.query('thrice', 'select $1::int as n', [n]);
      const prepared = "select name from pg_prepared_statements where name like 'thrice%'";
      const [found, ...more] = await tx.query<{ name: string }>('prepared', prepared);
      expect(found?.name).to.match(/^thrice-[\da-f]{8}$/);
      expect(more).to.deep.equal([]);
      const who = "select current_setting('application_name') as name";
      expect(await tx.query('who', who)).to.deep.equal([{ name: 'driver-test' }]);
    });
  });

  it('commits a transaction that resolves, and rolls back one that rejects, with its own reason', async () => {
    const sql = pool();
    await sql.transaction(tx => tx.query('insert', 'insert into things values ($1, $2)', [1, 'one']));
    const reason = new Error('changed my mind about the connection timeout');
    const thrown = await rejection(
      sql.transaction(async tx => {
        await tx.query('insert', 'insert into things values ($1, $2)', [2, 'two']);
        throw reason;
      }),
    );
    expect(thrown).to.equal(reason);
    expect(await sql.query('ids', 'select id from things')).to.deep.equal([{ id: 1 }]);
  });

  it('names the violated constraint, also within a transaction, and never a value', async () => {
    const sql = pool();
    const insert = 'insert into things values ($1, $2)';
    await sql.query('insert', insert, [10, 'a secret value']);
    const again = [11, 'a secret value'];
    const plain = await rejection(sql.query('insert', insert, again));
    const inside = await rejection(sql.transaction(tx => tx.query('insert', insert, again)));
    for (const failure of [plain, inside]) {
      expect(failure).to.be.instanceOf(Failure);
      expect([failure.code, failure.message]).to.deep.equal(['conflict', 'one_x']);
      expect(inspect(failure, { depth: 9, showHidden: true })).not.to.include('a secret value');
    }
  });

  it('leaves errors of the values what they are, without the values, and stays up', async () => {
    const sql = pool();
    await isUp(sql);
    const faults: [string, unknown[]][] = [
      ['select $1::int', ['a secret value']],
      ['insert into things values (null, $1)', ['a secret value']],
      ['select $1::int / $2::int', [1, 0]],
    ];
    for (const [text, values] of faults) {
      const defect = await rejection(sql.query(text, text, values));
      expect(defect).to.be.instanceOf(Error).and.not.instanceOf(Failure);
      expect(defect.code).to.match(/^2[23]/);
    }
    const hidden = await rejection(sql.query('null', 'insert into things values (null, $1)', ['a secret value']));
    expect(inspect(hidden, { depth: 9, showHidden: true })).not.to.include('a secret value');
    expect(await sql.query('after', 'select 1 as x')).to.deep.equal([{ x: 1 }]);
    expect(sql.state()).to.equal('up');
  });

  it('calls whatever else is refused unavailable, and is down and says what until it is taken', async () => {
    const log = memoryLog();
    const sql = pool(server.dsn, log);
    await isUp(sql);
    const ask = () => sql.query('late', 'select $1::text as x from late', ['a secret value']);
    const inside = () => sql.transaction(tx => tx.query('late', 'select $1::text as x from late', ['a secret value']));
    for (const refused of [ask, ask, inside]) {
      const failure = await rejection(refused());
      expect(failure).to.be.instanceOf(Failure).with.property('code', 'unavailable');
      expect(sql.state()).to.have.property('down').that.includes('late').and.includes('42P01');
      expect(inspect([failure, log.lines, sql.state()], { depth: 9, showHidden: true })).not.to.include(
        'a secret value',
      );
    }
    await sql.query('other', 'select 1');
    expect(sql.state(), 'what is taken else says nothing of it').to.have.property('down');
    await administer(server.dsn, 'create table late as select 1 as y');
    expect(await ask()).to.deep.equal([{ x: 'a secret value' }]);
    expect(sql.state()).to.equal('up');
    const told = log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(told).to.deep.equal(['the database refuses a statement']);
  });

  it('is down while all that it may do is read', async () => {
    const sql = pool();
    await isUp(sql);
    const insert = () => sql.query('standby', 'insert into things values (90)');
    await administer(server.dsn, 'alter database postgres set default_transaction_read_only = on');
    await administer(server.dsn, CUT);
    const readOnly = async () => (await rejection(insert()).catch(() => undefined))?.code === 'unavailable';
    await eventually('it is refused', async () => (await readOnly()) && typeof sql.state() === 'object');
    expect(sql.state()).to.have.property('down').that.includes('25006');
    await administer(
      server.dsn,
      'begin; set transaction read write; alter database postgres reset default_transaction_read_only; commit',
    );
    await eventually('it writes', () => insert().then(() => true));
    await isUp(sql);
  });

  it('goes on after a table has changed under its statements, in whatever language the server says so', async () => {
    const way = await wayTo(Number(new URL(server.dsn).port), 'plan must not change', 'Plan darf nicht wechs');
    const dsn = new URL(server.dsn);
    dsn.port = String(way.port);
    const sql = connectPostgres({ dsn: dsn.href, name: 'driver-test', log: memoryLog(), max: 1 });
    open.push(sql);
    await administer(server.dsn, 'create table changing (a integer)');
    const ask = () => sql.query('changing', 'select * from changing');
    await ask();
    await administer(server.dsn, 'alter table changing alter a type text');
    expect((await rejection(ask())).code).to.equal('unavailable');
    expect(await ask()).to.deep.equal([]);
    expect(way.said('Plan darf nicht'), 'it was said in that language').to.equal(true);
    await sql.close();
    await way.close();
  });

  it('plans as it asks to, and says once where a pooler keeps its options to itself, with the cure', async () => {
    const settings = `select current_setting('jit') as jit, current_setting('enable_seqscan') as scan,
      current_setting('plan_cache_mode') as mode, current_setting('cpu_tuple_cost')::int as row,
      current_setting('work_mem') as memory`;
    const dsn = new URL(server.dsn);
    dsn.searchParams.set('options', '-c work_mem=5MB');
    const [own] = await pool(dsn.href).query('settings', settings);
    expect(own).to.deep.equal({ jit: 'off', scan: 'off', mode: 'force_generic_plan', row: 1, memory: '5MB' });

    const log = memoryLog();
    dsn.searchParams.set('options', '-c jit=on');
    const sql = pool(dsn.href, log);
    await isUp(sql);
    const told = await eventually('it is told', () => log.lines.filter(({ level }) => level === 'warn')[0]);
    expect(JSON.stringify(told.fields)).to.include("alter role current_user set jit = 'off'");
  });

  it('says what to set where a pooler loses what is prepared, and does not take that back by chance', async () => {
    const log = memoryLog();
    const sql = connectPostgres({ dsn: server.dsn, name: 'driver-test', log, max: 1 });
    open.push(sql);
    await isUp(sql);
    for (const times of [1, 2]) {
      await sql.query('kept', 'select 1');
      await sql.query(`lose-${times}`, 'deallocate all');
      expect((await rejection(sql.query('kept', 'select 1'))).code).to.equal('unavailable');
      await sql.query('kept', 'select 1');
      expect(sql.state()).to.have.property('down').that.includes('26000').and.includes('max_prepared_statements');
    }
    expect(log.lines.filter(({ level }) => level === 'warn')).to.have.length(1);
  });

  it('says what to set where a pooler refuses the parameters that a connection begins with', async () => {
    const pooler = createServer(socket => {
      socket.on('error', () => {});
      // https://www.postgresql.org/docs/current/protocol-message-formats.html: ErrorResponse
      const said = 'SERROR\0C08P01\0Munsupported startup parameter: statement_timeout\0\0';
      const length = Buffer.alloc(4);
      length.writeInt32BE(4 + said.length);
      socket.once('data', () => socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(said)])));
    }).listen(0, '127.0.0.1');
    await once(pooler, 'listening');
    const sql = pool(`postgres://postgres@127.0.0.1:${(pooler.address() as AddressInfo).port}/postgres`);
    await rejection(sql.query('any', 'select 1'));
    expect(sql.state()).to.have.property('down').that.includes('ignore_startup_parameters = options,');
    pooler.close();
  });

  it('calls deadlocks, lock timeouts and statement timeouts unavailable', async () => {
    const sql = pool();
    await sql.query('rows', 'insert into things values (20), (21)');
    const touch = (id: number) => ['touch', 'update things set x = null where id = $1', [id]] as const;
    let met = 0;
    const crosswise = (first: number, second: number) =>
      sql.transaction(async tx => {
        await tx.query(...touch(first));
        met += 1;
        await eventually('both hold a lock', () => met >= 2);
        await tx.query(...touch(second));
      });
    const outcomes = await Promise.allSettled([crosswise(20, 21), crosswise(21, 20)]);
    const [deadlock] = outcomes.filter(outcome => outcome.status === 'rejected');
    expect(outcomes.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
    expect(deadlock?.reason.code).to.equal('unavailable');

    const limited = (setting: string, work: (tx: Pick<Sql, 'query'>) => Promise<unknown>) =>
      rejection(
        sql.transaction(async tx => {
          await tx.query(setting, `set local ${setting} = '20ms'`);
          await work(tx);
        }),
      );
    const slow = await limited('statement_timeout', tx => tx.query('sleep', 'select pg_sleep(5)'));
    expect(slow.code).to.equal('unavailable');
    const locked = await sql.transaction(async holder => {
      await holder.query(...touch(20));
      return limited('lock_timeout', tx => tx.query(...touch(20)));
    });
    expect(locked.code).to.equal('unavailable');
    expect(sql.state()).to.equal('up');
  });

  it('survives connections that are cut, idle or at work, and goes on with others', async () => {
    const sql = pool();
    await isUp(sql);
    const sleeping = [1, 2].map(n => rejection(sql.query(`sleep-${n}`, 'select pg_sleep(5)')));
    const inside = rejection(sql.transaction(tx => tx.query('sleep', 'select pg_sleep(5)')));
    const asleep = "select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'";
    await eventually('they sleep', async () => (await administer(server.dsn, asleep)).length === 3);
    await administer(server.dsn, CUT);
    for (const failure of await Promise.all([...sleeping, inside])) expect(failure.code).to.equal('unavailable');
    const answers = await Promise.all([1, 2, 3, 4].map(() => sql.query('after', 'select 1 as x')));
    expect(answers).to.have.length(4);
    await isUp(sql);
  });

  it('says that a database is down without its password, and rejects at once', async () => {
    const log = memoryLog();
    const sql = pool('postgres://someone:a-secret@127.0.0.1:1/nowhere', log);
    const failure = await rejection(sql.query('x', 'select 1'));
    expect(failure.code).to.equal('unavailable');
    expect(sql.state()).to.have.property('down').that.includes('127.0.0.1:1');
    const refused = pool(server.dsn.replace(/:[^:@]*@/, ':a-secret@'), log);
    expect((await rejection(refused.query('x', 'select 1'))).code).to.equal('unavailable');
    expect(inspect([failure, log.lines, sql.state(), refused.state()], { depth: 9 })).not.to.include('a-secret');
  });

  it('loses nothing but time when the server is killed under load', async () => {
    const sql = pool();
    await isUp(sql);
    const killed = (await postmaster(join(dataDir, 'postgres')))?.pid as number;
    let done = false;
    const outcomes = { answered: 0, unavailable: 0 };
    const load = [1, 2, 3].map(async () => {
      while (!done) {
        await sql.query('load', 'select 1').then(
          () => outcomes.answered++,
          error => {
            expect(error.code).to.equal('unavailable');
            outcomes.unavailable++;
          },
        );
      }
    });
    process.kill(killed, 'SIGKILL');
    await eventually('calls fail', () => outcomes.unavailable > 0);
    const before = outcomes.answered;
    await eventually('calls succeed again', () => outcomes.answered > before + 10);
    done = true;
    await Promise.all(load);
    await isUp(sql);
  });

  describe('over a way that can be cut', () => {
    let way: Awaited<ReturnType<typeof wayTo>>;
    let sql: Sql & Part;
    let log: ReturnType<typeof memoryLog>;

    beforeEach(async () => {
      log = memoryLog();
      const dsn = new URL(server.dsn);
      way = await wayTo(Number(dsn.port));
      dsn.port = String(way.port);
      sql = pool(dsn.href, log);
      await isUp(sql);
    });

    afterEach(async () => {
      await sql.close();
      await way.close();
    });

    it('says that the server is down while it is, and is up again by itself', async () => {
      await way.close();
      await eventually('it is noticed', () => sql.state() !== 'up');
      expect((await rejection(sql.query('x', 'select 1'))).code).to.equal('unavailable');
      await way.open();
      await isUp(sql);
      expect(await sql.query('after', 'select 1 as x')).to.deep.equal([{ x: 1 }]);
      const told = log.lines.map(({ message }) => message);
      expect(told).to.deep.equal(['database is up', 'database is down', 'database is up']);
    });

    it('notices a server that has fallen silent, and uses none of its old connections after that', async () => {
      await Promise.all([1, 2, 3].map(n => sql.query(`warm-${n}`, 'select pg_sleep(0.05)')));
      way.silence();
      // From the log: it may be back on a new connection before anybody could look at its state.
      const noticed = () => log.lines.some(({ message }) => message === 'database is down');
      await eventually('it is noticed', noticed);
      await eventually('it is up again', () => sql.state() === 'up');
      const started = performance.now();
      await Promise.all([1, 2, 3, 4].map(n => sql.query(`after-${n}`, 'select 1')));
      expect(performance.now() - started).to.be.lessThan(1_000);
    });
  });

  it('survives a server that ends the connections that are just being closed', async () => {
    for (let round = 0; round < 20; round += 1) {
      const sql = pool();
      await Promise.all([1, 2, 3, 4].map(n => sql.query(`open-${n}`, 'select 1')));
      await Promise.all([sql.close(), administer(server.dsn, CUT)]);
      expect(sql.state()).to.deep.equal({ down: 'closed' });
    }
  });

  it('closes as often as it is asked to', async () => {
    const sql = pool();
    await isUp(sql);
    await Promise.all([sql.close(), sql.close()]);
    await sql.close();
    expect(sql.state()).to.deep.equal({ down: 'closed' });
    expect((await rejection(sql.query('x', 'select 1'))).code).to.equal('unavailable');
  });
});

/**
 * A way to a server that can be closed, or swallow what travels on it, as if the server had moved away; or that puts one
 * text in the place of another of the same length in what the server says.
 */
async function wayTo(target: number, text = '', translation = '') {
  let heard = '';
  const translated = (chunk: Buffer) => {
    if (text === '') return chunk;
    const said = chunk.toString('latin1').replaceAll(text, translation.padEnd(text.length).slice(0, text.length));
    heard += said;
    return Buffer.from(said, 'latin1');
  };
  const sockets = new Set<Socket>();
  let silenced = new Set<Socket>();
  const server = createServer(client => {
    const upstream = connect(target, '127.0.0.1');
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(socket);
      const carried = (chunk: Buffer) => (socket === upstream ? translated(chunk) : chunk);
      socket.on('data', chunk => silenced.has(socket) || other.write(carried(chunk)));
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('error', () => other.destroy());
    }
  });
  const open = (port: number) => once(server.listen(port, '127.0.0.1'), 'listening');
  await open(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    said: (words: string) => heard.includes(words),
    open: () => open(port),
    /** Of those who are connected; newcomers get through. */
    silence() {
      silenced = new Set(sockets);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server.close(), 'close');
    },
  };
}
