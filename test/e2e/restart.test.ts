/** `all` on a folder of its own, stopped in every way and started again: what was acknowledged is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { endOrphans } from '../support/orphans.js';
import { group, type Person, signUp } from '../support/people.js';
import { type Env, type Running, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import type { Chat } from '../support/shapes.js';
import { type Typist, typist } from '../support/typist.js';
import { expectNothingLost } from './draining.js';

describe('all, with nothing but a folder', function () {
  this.timeout(60_000);
  let folder: string;
  let env: Env;
  let running: Running;
  let ann: Person;
  let chat: Chat;
  let writer: Typist;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minitelegram-restart-'));
    env = { DATA_DIR: join(folder, 'data'), RATE_LIMIT: 'off', SHUTDOWN_GRACE_MS: '4000' };
    running = await startImage('all', env);
  });
  showOnFailure(() => running && { processes: [running] });

  beforeEach('Ann is writing', async () => {
    ann = await signUp(running.url, 'Ann');
    chat = await group(ann, [await signUp(running.url, 'Ben')]);
    const live = await ann.connect();
    writer = typist(live, chat.id, 'line');
    await live.waitFor<{ seq: number }>('message:new', ({ seq }) => seq > 50);
  });

  afterEach('everything is there when it is up again, for the same tokens', async () => {
    ann.leave();
    await writer.ended;
    running = await startImage('all', env);
    const again = { ...ann, call: callOn(running.url, ann.accessToken) };
    await expectNothingLost(again, await ann.connect(running.url), chat, writer);
    ann.leave();
  });

  after(async () => {
    await running?.stop();
    await endOrphans(folder);
    await rm(folder, { recursive: true, force: true });
  });

  it('tells its sockets and ends with 0 when it is asked to', async () => {
    const live = await ann.connect();
    expect(await running.stop()).to.deep.equal({ code: 0, signal: null });
    expect(live.heard('server:draining')).to.deep.equal([{}]);
  });

  it('was up again within three seconds, and ends as well on SIGINT', async () => {
    console.info(`      second start: ${running.startupMs} ms`);
    expect(running.startupMs).to.be.below(3_000);
    running.signal('SIGINT');
    expect(await running.exited).to.deep.equal({ code: 0, signal: null });
  });

  it('ends at once when it is asked twice', async () => {
    const started = Date.now();
    running.signal('SIGTERM');
    running.signal('SIGINT');
    await running.exited;
    expect(Date.now() - started).to.be.below(3_000);
  });

  it('may be killed', async () => {
    await running.kill();
  });
});

describe('all, with rate limits', function () {
  this.timeout(60_000);
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

const callOn =
  (gateway: string, token: string): Person['call'] =>
  (method, path, body) =>
    request(gateway, method, path, { token, body });

describe('all, told to go while it is still starting', () => {
  it('ends in order, and leaves no database server behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minitelegram-start-'));
    const main = fileURLToPath(new URL('../../runtime/main.js', import.meta.url));
    const env = { ...process.env, PORT: '0', DATA_DIR: folder };
    const child = spawn(process.execPath, [main, 'all'], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const pidFile = join(folder, 'postgres', 'postmaster.pid');
    const firstLine = async () => Number.parseInt(await readFile(pidFile, 'utf8'), 10) || undefined;
    const pid = await eventually('the server is starting', firstLine);
    child.kill('SIGTERM');
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
