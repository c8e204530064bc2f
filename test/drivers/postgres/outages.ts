/** Connections that are cut, servers that are down, silent or killed, and the end. */
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import type { Part, Sql } from '#runtime/contract/ports.js';
import { postmaster } from '#runtime/drivers/postgres/cluster.js';
import { eventually } from '../../support/eventually.js';
import { memoryLog } from '../../support/log.js';
import { administer } from '../../support/postgres.js';
import { CUT, type Driven, isUp, rejection } from './stage.js';
import { wayTo } from './way.js';

export function outages(the: Driven): void {
  it('survives connections that are cut, idle or at work, and goes on with others', async () => {
    const sql = the.pool();
    await isUp(sql);
    const sleeping = [1, 2].map(n => rejection(sql.query(`sleep-${n}`, 'select pg_sleep(5)')));
    const inside = rejection(sql.transaction(tx => tx.query('sleep', 'select pg_sleep(5)')));
    const asleep = "select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'";
    await eventually('they sleep', async () => (await administer(the.dsn, asleep)).length === 3);
    await administer(the.dsn, CUT);
    for (const failure of await Promise.all([...sleeping, inside])) expect(failure.code).to.equal('unavailable');
    const answers = await Promise.all([1, 2, 3, 4].map(() => sql.query('after', 'select 1 as x')));
    expect(answers).to.have.length(4);
    await isUp(sql);
  });

  it('says that a database is down without its password, and rejects at once', async () => {
    const log = memoryLog();
    const sql = the.pool('postgres://someone:a-secret@127.0.0.1:1/nowhere', log);
    const failure = await rejection(sql.query('x', 'select 1'));
    expect(failure.code).to.equal('unavailable');
    expect(sql.state()).to.have.property('down').that.includes('127.0.0.1:1');
    const refused = the.pool(the.dsn.replace(/:[^:@]*@/, ':a-secret@'), log);
    expect((await rejection(refused.query('x', 'select 1'))).code).to.equal('unavailable');
    expect(inspect([failure, log.lines, sql.state(), refused.state()], { depth: 9 })).not.to.include('a-secret');
  });

  it('loses nothing but time when the server is killed under load', async () => {
    const sql = the.pool();
    await isUp(sql);
    const killed = (await postmaster(join(the.dataDir, 'postgres')))?.pid as number;
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
      const dsn = new URL(the.dsn);
      way = await wayTo(Number(dsn.port));
      dsn.port = String(way.port);
      sql = the.pool(dsn.href, log);
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
      const connections = async (count: number) => {
        const ask = 'select pg_backend_pid() as pid, pg_sleep(0.05)';
        const rows = await Promise.all(Array.from({ length: count }, () => sql.query<{ pid: number }>('who', ask)));
        return rows.map(([row]) => row?.pid);
      };
      const before = await connections(3);
      way.silence();
      // From the log: it may be back on a new connection before anybody could look at its state.
      const noticed = () => log.lines.some(({ message }) => message === 'database is down');
      await eventually('it is noticed', noticed);
      await eventually('it is up again', () => sql.state() === 'up');
      // What went to an old connection would be refused in the end.
      const after = await connections(4);
      expect(after.filter(pid => before.includes(pid))).to.deep.equal([]);
    });
  });

  it('survives a server that ends the connections that are just being closed', async () => {
    for (let round = 0; round < 20; round += 1) {
      const sql = the.pool();
      await Promise.all([1, 2, 3, 4].map(n => sql.query(`open-${n}`, 'select 1')));
      await Promise.all([sql.close(), administer(the.dsn, CUT)]);
      expect(sql.state()).to.deep.equal({ down: 'closed' });
    }
  });

  it('closes as often as it is asked to', async () => {
    const sql = the.pool();
    await isUp(sql);
    await Promise.all([sql.close(), sql.close()]);
    await sql.close();
    expect(sql.state()).to.deep.equal({ down: 'closed' });
    expect((await rejection(sql.query('x', 'select 1'))).code).to.equal('unavailable');
  });
}
