/** A database that refuses what is right: messages wait, readiness says what is refused, and nothing is given up. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EmbeddedPostgres } from '#runtime/drivers/postgres/embedded.js';
import { eventually } from '../support/eventually.js';
import { startOwnPostgres } from '../support/new-server.js';
import { directChat, history, type Person, signUp } from '../support/people.js';
import { administer } from '../support/postgres.js';
import { type Running, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import { silent } from '../support/silent.js';

/** Longer than three tries take. */
const REFUSED_MS = 4_000;

describe('a database that refuses to store', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let all: Running;
  let ann: Person;
  let ben: Person;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'refused-'));
    server = await startOwnPostgres({ dataDir: join(folder, 'server'), log: silent });
    await administer(server.dsn, "create role app login password 'apple'; grant all on schema public to app");
    const dsn = new URL(server.dsn);
    Object.assign(dsn, { username: 'app', password: 'apple' });
    await administer(server.dsn, 'grant create on database postgres to app');
    all = await startImage('all', { DSN: dsn.href, DATA_DIR: join(folder, 'data'), RATE_LIMIT: 'off' });
    [ann, ben] = await Promise.all([signUp(all.url, 'Ann'), signUp(all.url, 'Ben')]);
  });
  showOnFailure(() => all && { processes: [all] });
  after(async () => {
    await all?.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const readiness = async () => {
    const { status, body } = await request<object>(all.url, 'GET', '/health/readiness');
    return { status, text: JSON.stringify(body) };
  };

  it('keeps what was sent, says what is refused, and stores it once when it may', async () => {
    const chat = await directChat(ann, ben);
    const post = (clientId: string) =>
      request(all.url, 'POST', `/v1/chats/${chat.id}/messages`, {
        token: ann.accessToken,
        body: { clientId, body: clientId },
        within: 30_000,
      });
    expect((await post('before')).status).to.equal(201);
    await administer(server.dsn, 'revoke insert on messages from app');
    const revokedAt = Date.now();
    const posted = ['one', 'two'].map(post);
    const told = await eventually('it is not ready', async () => {
      const now = await readiness();
      return now.status === 503 && now;
    });
    expect(told.text).to.include('messages-append').and.include('42501');
    await eventually(
      'it was refused for a while, and not ready all that time',
      async () => {
        expect((await readiness()).status).to.equal(503);
        return Date.now() - revokedAt > REFUSED_MS;
      },
      { within: 2 * REFUSED_MS },
    );
    await administer(server.dsn, 'grant insert on messages to app');
    await eventually('it is ready', async () => (await readiness()).status === 200);
    for (const { status } of await Promise.all(posted)) expect(status).to.be.oneOf([201, 202, 503]);
    const bodies = await eventually('all is there', async () => {
      const found = (await history(ben, chat.id)).map(({ body }) => body);
      return found.length >= 3 && found;
    });
    expect(bodies.toSorted()).to.deep.equal(['before', 'one', 'two']);
    const { body: metrics } = await request<string>(all.url, 'GET', '/metrics');
    expect(metrics).not.to.match(/queue_dead_letters_total\{[^}]*\} [1-9]/);
  });
});
