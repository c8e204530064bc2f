/** `all` on a folder of its own, stopped in every way and started again: what was acknowledged is there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { endOrphans } from '../support/orphans.js';
import { group, type Person, signUp } from '../support/people.js';
import { type Env, type Running, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import type { Chat } from '../support/shapes.js';
import { type Typist, typist } from '../support/typist.js';
import { expectNothingLost } from './draining.js';

describe('all, with nothing but a folder', () => {
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

const callOn =
  (gateway: string, token: string): Person['call'] =>
  (method, path, body) =>
    request(gateway, method, path, { token, body });
