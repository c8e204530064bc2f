/** What a pooler between may keep to itself, lose or refuse, and what to set then. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import { eventually } from '../../support/eventually.js';
import { memoryLog } from '../../support/log.js';
import { type Driven, isUp, rejection } from './stage.js';

export function poolers(the: Driven): void {
  it('plans as it asks to, and says once where a pooler keeps its options to itself, with the cure', async () => {
    const settings = `select current_setting('jit') as jit, current_setting('enable_seqscan') as scan,
      current_setting('plan_cache_mode') as mode, current_setting('cpu_tuple_cost')::int as row,
      current_setting('work_mem') as memory`;
    const dsn = new URL(the.dsn);
    dsn.searchParams.set('options', '-c work_mem=5MB');
    const [own] = await the.pool(dsn.href).query('settings', settings);
    expect(own).to.deep.equal({ jit: 'off', scan: 'off', mode: 'force_generic_plan', row: 1, memory: '5MB' });

    const log = memoryLog();
    dsn.searchParams.set('options', '-c jit=on');
    const sql = the.pool(dsn.href, log);
    await isUp(sql);
    const told = await eventually('it is told', () => log.lines.filter(({ level }) => level === 'warn')[0]);
    expect(JSON.stringify(told.fields)).to.include("alter role current_user set jit = 'off'");
  });

  it('says what to set where a pooler loses what is prepared, and does not take that back by chance', async () => {
    const log = memoryLog();
    const sql = the.pool(the.dsn, log, 1);
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
    const sql = the.pool(`postgres://postgres@127.0.0.1:${(pooler.address() as AddressInfo).port}/postgres`);
    await rejection(sql.query('any', 'select 1'));
    expect(sql.state()).to.have.property('down').that.includes('ignore_startup_parameters = options,');
    pooler.close();
  });
}
