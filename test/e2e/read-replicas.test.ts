/** History from a replica that has stopped replaying: nobody sees less, or more, than they were told. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { type OwnPostgres, ownPostgres } from '../support/own-postgres.js';
import { group, history, type Person, signUp } from '../support/people.js';
import { type Running, startImage } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';

const WITHIN = { within: 30_000 };

describe('a replica for reads', function () {
  this.timeout(180_000);
  let folder: string;
  let primary: OwnPostgres;
  let standby: OwnPostgres;
  let all: Running;
  let ann: Person;
  let ben: Person;
  let cat: Person;
  let chatId: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replica-'));
    primary = await ownPostgres({ settings: ['hot_standby=on'] });
    standby = await primary.standby();
    await Promise.all([primary.start(), standby.start()]);
    const env = { DSN: primary.dsn, DSN_READ: standby.dsn, DATA_DIR: join(folder, 'data'), RATE_LIMIT: 'off' };
    all = await startImage('all', env);
    const people = ['Ann', 'Ben', 'Cat'].map(name => signUp(all.url, name));
    [ann, ben, cat] = (await Promise.all(people)) as [Person, Person, Person];
    chatId = (await group(ann, [ben, cat])).id;
  });
  showOnFailure(() => all && { processes: [all] });
  after(async () => {
    await all?.stop();
    await Promise.all([primary, standby].map(each => each?.remove()));
    if (folder) await rm(folder, { recursive: true });
  });

  const readiness = async () => JSON.stringify((await request(all.url, 'GET', '/health/readiness')).body);
  const says = (what: RegExp) => eventually(`readiness says ${what}`, async () => what.test(await readiness()), WITHIN);
  /** How often the replica has looked messages up; told a second later. */
  const looked = async (): Promise<number> => {
    const [row] = await standby.query<{ n: number }>(
      "select idx_scan::int as n from pg_stat_user_tables where relname = 'messages'",
    );
    return row?.n ?? 0;
  };
  async function replicaIsRead(): Promise<void> {
    const before = await looked();
    const more = async () => {
      await history(ben, chatId);
      return (await looked()) > before;
    };
    await eventually('the replica is read', more, WITHIN);
  }
  async function post(by: Person, body: string): Promise<number> {
    const answer = await by.call<{ seq: number }>('POST', `/v1/chats/${chatId}/messages`, {
      clientId: randomUUID(),
      body,
    });
    expect(answer.status).to.equal(201);
    return answer.body.seq;
  }
  const bodies = async (reader: Person) => (await history(reader, chatId)).map(({ body }) => body);
  async function synced(reader: Person): Promise<string[]> {
    const { body } = await reader.call<{ chats: { chatId: string; messages: { body: string }[] }[] }>(
      'POST',
      '/v1/sync',
      { cursors: { [chatId]: 0 } },
    );
    return body.chats
      .filter(chat => chat.chatId === chatId)
      .flatMap(({ messages }) => messages.map(({ body }) => body));
  }

  it('is read while it is not behind', async () => {
    await post(ann, 'one');
    await post(ann, 'secret');
    await says(/"postgres-replicas":"up"/);
    await replicaIsRead();
    expect(await bodies(ben)).to.deep.equal(['one', 'secret']);
  });

  it('hides nothing that was said, done, or taken back while it stands still', async () => {
    await standby.query('select pg_wal_replay_pause()');
    const told = ['one', 'secret'];
    for (let n = 3; n <= 6; n++) {
      expect(await post(ann, `message ${n}`)).to.equal(n);
      told.push(`message ${n}`);
      expect(await bodies(ben)).to.deep.equal(told);
      expect(await synced(cat)).to.deep.equal(told);
    }
    const place = `/v1/chats/${chatId}/messages/2`;
    expect((await ann.call('DELETE', `${place}?scope=all`)).status).to.equal(204);
    for (const read of [bodies, synced]) expect(await read(ben)).to.deep.equal(['one', '', ...told.slice(2)]);
    expect(
      (await ann.call('PUT', `/v1/chats/${chatId}/messages/1/reactions/${encodeURIComponent('👍')}`)).status,
    ).to.be.oneOf([200, 204]);
    const reactions = await ben.call<{ reactions: unknown[] }>('GET', `/v1/chats/${chatId}/messages/1/reactions`);
    expect(reactions.body.reactions).to.have.length(1);
    expect((await ann.call('DELETE', `/v1/chats/${chatId}/members/${cat.id}`)).status).to.equal(204);
    expect((await cat.call('GET', `/v1/chats/${chatId}/messages`)).status).to.equal(403);
    expect(await synced(cat)).to.deep.equal([]);
    await says(/"postgres-replicas":"degraded: [^"]*bytes of log behind/);
  });

  it('is read again when it has caught up', async () => {
    await standby.query('select pg_wal_replay_resume()');
    await says(/"postgres-replicas":"up"/);
    await replicaIsRead();
    expect((await bodies(ben)).slice(0, 2)).to.deep.equal(['one', '']);
    expect((await cat.call('GET', `/v1/chats/${chatId}/messages`)).status).to.equal(403);
  });
});
