/** Where a DSN leads, and what is none. */
import { expect } from 'chai';
import { parseDsn } from '#runtime/drivers/postgres/dsn.js';

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
