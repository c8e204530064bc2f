/** Processes that are told to go before they have begun, and one that limits what strangers may try. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { endOrphans } from '../support/orphans.js';
import { type Running, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';

describe('all, with rate limits', () => {
  let folder: string;
  let running: Running;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-limits-'));
    running = await startImage('all', { DATA_DIR: folder });
  });
  showOnFailure(() => running && { processes: [running] });

  after(async () => {
    await running?.stop();
    await endOrphans(folder);
    await rm(folder, { recursive: true, force: true });
  });

  it('asks who guesses passwords to come back later', async () => {
    const body = { email: 'somebody@example.org', password: 'a wrong guess' };
    for (let guess = 1; guess <= 200; guess++) {
      const answer = await request(running.url, 'POST', '/v1/auth/login', { body });
      if (answer.status === 429) {
        expect(Number(answer.headers.get('retry-after'))).to.be.within(1, 3_600);
        return;
      }
      expect(answer.status).to.equal(401);
    }
    expect.fail('200 guesses were answered');
  });
});

describe('all, told to go while it is still starting', () => {
  it('ends in order, and leaves no database server behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minitelegram-start-'));
    const main = fileURLToPath(new URL('../../runtime/main.js', import.meta.url));
    const env = { ...process.env, PORT: '0', DATA_DIR: folder };
    const child = spawn(process.execPath, [main, 'all'], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const pidFile = join(folder, 'postgres', 'postmaster.pid');
    const firstLine = async () => Number.parseInt(await readFile(pidFile, 'utf8'), 10) || undefined;
    const pid = await eventually('the server is starting', firstLine).finally(() => child.kill('SIGTERM'));
    expect((await ended)[0]).to.equal(0);
    expect(() => process.kill(pid, 0)).to.throw();
    await rm(folder, { recursive: true });
  });
});

describe('migrate, told to go while its database is away', () => {
  it('ends at once, and not as if it were done', async () => {
    const main = fileURLToPath(new URL('../../runtime/main.js', import.meta.url));
    const env = { ...process.env, DSN: 'postgres://127.0.0.1:1/nowhere' };
    const child = spawn(process.execPath, [main, 'migrate'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    expect(String((await once(child.stdout, 'data'))[0])).to.contain('the database is away');
    child.kill('SIGTERM');
    expect(await ended).to.deep.equal([1, null]);
  });
});
