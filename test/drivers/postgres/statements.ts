/** What statements and transactions come to, and what is refused. */
import { inspect } from 'node:util';
import { expect } from 'chai';
import { Failure } from '#runtime/contract/failure.js';
import type { Sql } from '#runtime/contract/ports.js';
import { eventually } from '../../support/eventually.js';
import { memoryLog } from '../../support/log.js';
import { administer } from '../../support/postgres.js';
import { CUT, type Driven, isUp, rejection } from './stage.js';
import { wayTo } from './way.js';

export function statements(the: Driven): void {
  it('gives bigint as number, timestamptz as Date, and takes arrays, nulls and dates', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const [row] = await the
      .pool()
      .query(
        'types',
        'select 9007199254740991::bigint as big, count(*) as count, $1::timestamptz as at, $2::text as nothing, $3::text[] as list',
        [at, null, ['a,"b"', 'NULL', null]],
      );
    expect(row).to.deep.equal({ big: 2 ** 53 - 1, count: 1, at, nothing: null, list: ['a,"b"', 'NULL', null] });
  });

  it('prepares a statement once a connection, under its name, and says who it is', async () => {
    const sql = the.pool();
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
    const sql = the.pool();
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
    const sql = the.pool();
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
    const sql = the.pool();
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
    const sql = the.pool(the.dsn, log);
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
    await administer(the.dsn, 'create table late as select 1 as y');
    expect(await ask()).to.deep.equal([{ x: 'a secret value' }]);
    expect(sql.state()).to.equal('up');
    const told = log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(told).to.deep.equal(['the database refuses a statement']);
  });

  it('is down while all that it may do is read', async () => {
    const sql = the.pool();
    await isUp(sql);
    const insert = () => sql.query('standby', 'insert into things values (90)');
    await administer(the.dsn, 'alter database postgres set default_transaction_read_only = on');
    await administer(the.dsn, CUT);
    const readOnly = async () => (await rejection(insert()).catch(() => undefined))?.code === 'unavailable';
    await eventually('it is refused', async () => (await readOnly()) && typeof sql.state() === 'object');
    expect(sql.state()).to.have.property('down').that.includes('25006');
    await administer(
      the.dsn,
      'begin; set transaction read write; alter database postgres reset default_transaction_read_only; commit',
    );
    await eventually('it writes', () => insert().then(() => true));
    await isUp(sql);
  });

  it('goes on after a table has changed under its statements, in whatever language the server says so', async () => {
    const way = await wayTo(Number(new URL(the.dsn).port), 'plan must not change', 'Plan darf nicht wechs');
    const dsn = new URL(the.dsn);
    dsn.port = String(way.port);
    const sql = the.pool(dsn.href, memoryLog(), 1);
    await administer(the.dsn, 'create table changing (a integer)');
    const ask = () => sql.query('changing', 'select * from changing');
    await ask();
    await administer(the.dsn, 'alter table changing alter a type text');
    expect((await rejection(ask())).code).to.equal('unavailable');
    expect(await ask()).to.deep.equal([]);
    expect(way.said('Plan darf nicht'), 'it was said in that language').to.equal(true);
    await sql.close();
    await way.close();
  });

  it('calls deadlocks, lock timeouts and statement timeouts unavailable', async () => {
    const sql = the.pool();
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
}
