import { expect } from 'chai';
import { ownPostgres } from '../support/new-server.js';
import { administer } from '../support/postgres.js';
import { runImage } from '../support/processes.js';

describe('migrate', () => {
  const server = ownPostgres();

  const dsnWith = (change: Partial<Pick<URL, 'username' | 'password' | 'pathname'>>) =>
    Object.assign(new URL(server()), change).href;

  before(async () => {
    await administer(server(), "create role reader login password 'sesame'");
  });

  const cases: [string, () => string, RegExp][] = [
    ['a wrong password', () => dsnWith({ password: 'open-sesame' }), /28P01/],
    ['a user that there is not', () => dsnWith({ username: 'nobody' }), /28P01/],
    ['a database that there is not', () => dsnWith({ pathname: '/nowhere' }), /3D000/],
    ['a user who may not create tables', () => dsnWith({ username: 'reader', password: 'sesame' }), /42501/],
  ];
  for (const [what, dsn, code] of cases) {
    it(`ends with ${what}, and says so in one line without secrets`, async () => {
      const { code: exit, stdout, stderr } = await runImage('migrate', { DSN: dsn() });
      expect(exit).to.equal(1);
      expect(stderr.split('\n')).to.have.length(1);
      expect(stderr)
        .to.match(/^migrate: the database refuses: /)
        .and.match(code);
      expect(stdout + stderr).not.to.include('sesame');
    });
  }

  it('says what it did, and when there is nothing to do the version of the schema', async () => {
    const first = await runImage('migrate', { DSN: server() });
    expect([first.code, first.stderr]).to.deep.equal([0, '']);
    expect(first.stdout).to.include('migration applied').and.not.include('nothing to migrate');
    const second = await runImage('migrate', { DSN: server() });
    expect([second.code, second.stderr]).to.deep.equal([0, '']);
    expect(second.stdout).to.match(/"version":\d+,"name":"\d{4}_[a-z_.]+\.sql","msg":"nothing to migrate/);
    expect(second.stdout.trim().split('\n')).to.have.length(1);
  });
});
