/** The client library against the whole system in one process: what an app developer gets. */
import { expect } from 'chai';
import type { Refusal } from '../../../web/client/refusal.js';
import { memoryStorage } from '../../../web/client/storage.js';
import { type Deployment, embedded } from '../../support/deployment.js';
import { eventually, until } from '../../support/eventually.js';
import { PASSWORD } from '../../support/people.js';
import { showOnFailure } from '../../support/report.js';
import { bodiesOf, chatOf, device, type Friend, friend, goHome, ready } from '../support/friends.js';

describe('client library', () => {
  let deployment: Deployment;
  let url: string;
  let ann: Friend;
  let ben: Friend;
  before(async () => {
    deployment = await embedded();
    url = deployment.gateways[0];
  });
  beforeEach(async () => {
    [ann, ben] = await Promise.all([friend(url, 'Ann'), friend(url, 'Ben')]);
  });
  afterEach(goHome);
  showOnFailure(() => deployment);
  after(() => deployment?.stop());

  async function together(): Promise<string> {
    const chatId = await ann.client.openDirect(ben.id);
    await chatOf(ben.client, chatId);
    return chatId;
  }

  it('carries messages both ways, and tells stored and read', async () => {
    const chatId = await together();
    ann.client.send(chatId, 'hello');
    expect(ann.client.state.outbox.map(({ state }) => state)).to.deep.equal(['sending']);
    await until(() => bodiesOf(ben.client, chatId).includes('hello'));
    await until(() => bodiesOf(ann.client, chatId).includes('hello'));
    expect(ann.client.state.outbox).to.deep.equal([]);
    expect(ben.client.state.chats.get(chatId)?.unread).to.equal(1);
    const bens = () => ann.client.state.chats.get(chatId)?.members[ben.id];
    await until(() => bens()?.deliveredSeq === 1);
    expect(bens()?.readSeq).to.equal(0);

    ben.client.read(chatId, 1);
    expect(ben.client.state.chats.get(chatId)?.unread).to.equal(0);
    await until(() => bens()?.readSeq === 1);
    const [message] = ben.client.state.chats.get(chatId)?.history.messages ?? [];
    ben.client.send(chatId, 'hello yourself', message?.id);
    await until(() => bodiesOf(ann.client, chatId).includes('hello yourself'));
    expect(ann.client.state.chats.get(chatId)?.lastMessage).to.include({ replyTo: message?.id, senderId: ben.id });
  });

  it('names whoever it meets, tells who is there and who types', async () => {
    const chatId = await together();
    const bens = ben.client;
    await until(() => bens.state.people[ann.id]?.displayName === 'Ann');
    expect(bens.state.presence[ann.id], 'Ann has not written yet').to.equal(undefined);
    ann.client.send(chatId, 'hello');
    await until(() => bens.state.presence[ann.id]?.status === 'online');
    ann.client.typing(chatId, true);
    await until(() => bens.state.typing[chatId]?.includes(ann.id));
    ann.client.send(chatId, 'there');
    await until(() => bens.state.typing[chatId]?.length === 0);
    ann.client.close();
    await until(() => bens.state.presence[ann.id]?.status === 'offline');
    expect(bens.state.presence[ann.id]?.lastSeenAt).to.be.a('string');
  });

  it('finds people, and says in plain words why not', async () => {
    expect(await ann.client.findPeople(ben.email.split('@')[0] ?? '')).to.have.length(1);
    const again = device(url);
    const taken = await again.signUp({ email: ben.email, password: PASSWORD }).catch((thrown: Refusal) => thrown);
    expect(taken).to.include({ code: 'conflict' });
    expect((taken as Refusal).details.errors?.[0]?.path).to.equal('/email');
    const wrong = await again.signIn({ email: ben.email, password: 'wrong' }).catch((thrown: Refusal) => thrown);
    expect(wrong).to.include({ code: 'unauthorized' });
    expect(again.state.user).to.equal(undefined);
  });

  it('manages a group, its members and their roles', async () => {
    const cem = await friend(url, 'Cem');
    const chatId = await ann.client.createGroup('Garden', [ben.id]);
    await ann.client.addMember(chatId, cem.id);
    await chatOf(cem.client, chatId);
    const annsView = () => ann.client.state.chats.get(chatId);
    await until(() => annsView()?.memberCount === 3);
    await ann.client.setRole(chatId, ben.id, 'admin');
    await until(() => annsView()?.members[ben.id]?.role === 'admin');
    await ben.client.retitle(chatId, 'Orchard');
    await until(() => annsView()?.title === 'Orchard');

    await ben.client.removeMember(chatId, cem.id);
    await until(() => !cem.client.state.chats.has(chatId));
    await until(() => annsView()?.memberCount === 2);
    const refused = await cem.client.open(chatId).catch((thrown: Refusal) => thrown.code);
    expect(refused).to.be.oneOf(['forbidden', 'not_found']);
    await ann.client.removeMember(chatId, ann.id);
    await until(() => ben.client.state.chats.get(chatId)?.members[ben.id]?.role === 'owner');
    expect(annsView()).to.equal(undefined);
  });

  it('names on a new device who wrote last and has left', async () => {
    const cem = await friend(url, 'Cem');
    const chatId = await ann.client.createGroup('Garden', [cem.id]);
    await chatOf(cem.client, chatId);
    cem.client.send(chatId, 'goodbye');
    await until(() => ann.client.state.chats.get(chatId)?.lastMessage?.body === 'goodbye');
    await cem.client.removeMember(chatId, cem.id);
    const other = device(url);
    await other.signIn({ email: ann.email, password: PASSWORD });
    await until(() => other.state.people[cem.id]?.displayName === 'Cem');
  });

  it('shows a new device its chats, and loads history upwards', async () => {
    const chatId = await together();
    for (let count = 1; count <= 120; count++) ann.client.send(chatId, `message ${count}`);
    await until(() => bodiesOf(ben.client, chatId).length === 120);

    const second = device(url);
    await second.signIn({ email: ben.email, password: PASSWORD, device: 'a second device' });
    await ready(second);
    expect(second.state.chats.get(chatId)).to.include({ unread: 120, lastSeq: 120 });
    expect(bodiesOf(second, chatId), 'not before it is asked for').to.deep.equal([]);
    await second.open(chatId);
    expect(bodiesOf(second, chatId)).to.have.length(50);
    await Promise.all([second.older(chatId), second.older(chatId)]);
    expect(bodiesOf(second, chatId)).to.have.length(100);
    await second.older(chatId);
    await second.older(chatId);
    expect(bodiesOf(second, chatId)).to.deep.equal(Array.from({ length: 120 }, (_, at) => `message ${at + 1}`));

    second.read(chatId, 120);
    await until(() => ben.client.state.chats.get(chatId)?.unread === 0);
  });

  it('holds what is near to where one looks, and finds what is not held', async () => {
    const chatId = await together();
    for (let count = 1; count <= 420; count++) ann.client.send(chatId, `message ${count}`);
    await until(() => bodiesOf(ben.client, chatId).length === 420);
    const second = device(url, { keep: 'near' });
    await second.signIn({ email: ben.email, password: PASSWORD });
    await ready(second);
    await second.open(chatId);
    const history = () => second.state.chats.get(chatId)?.history;
    await second.look(chatId, { from: 100, to: 110 });
    expect(history()?.back.map(({ seq }) => seq)).to.include.members([50, 160]);
    await second.look(chatId, { from: 1, to: 10 });
    expect(history()?.back.at(0)).to.include({ seq: 1, body: 'message 1' });
    expect(history()?.back.length).to.be.at.most(220);
    expect(history()?.messages.at(-1)?.seq, 'the end stays').to.equal(420);

    const id = ben.client.state.chats.get(chatId)?.history.messages[249]?.id ?? '';
    expect(await second.find(chatId, id)).to.equal(250);
    expect(await second.find(chatId, id, 200), 'it is not before that').to.equal(undefined);
    expect(second.state.chats.get(chatId)).to.include({ unread: 420 });
    second.lookAway(chatId);
    expect([history()?.back.length, history()?.messages.length]).to.deep.equal([0, 50]);
    expect(second.state.chats.get(chatId)).to.include({ unread: 420 });
  });

  it('has what chats are to one alone on all devices, also on one that was away', async () => {
    const chatId = await together();
    ben.client.send(chatId, 'for all');
    ben.client.send(chatId, 'not for me');
    await until(() => bodiesOf(ann.client, chatId).length === 2);
    const storage = memoryStorage();
    const before = device(url, { storage });
    await before.signIn({ email: ann.email, password: PASSWORD });
    await ready(before);
    before.close();
    await ann.client.own(chatId, { pinned: true, mutedUntil: '2999-01-01T00:00:00.000Z' });
    ann.client.draft(chatId, { body: 'to be gone on with', replyTo: null });
    const last = ann.client.state.chats.get(chatId)?.history.messages[1];
    if (last) ann.client.delete(last, 'me');
    await until(() => ann.client.state.own[chatId]?.draft !== undefined);
    const after = device(url, { storage: storage.share() });
    await until(() => after.state.own[chatId]?.pinned === true && after.drafts.value[chatId] !== undefined);
    expect(after.state.own[chatId]).to.deep.include({ mutedUntil: '2999-01-01T00:00:00.000Z' });
    expect(after.state.own[chatId]?.hidden).to.deep.equal([{ from: 2, to: 2 }]);
    expect(after.drafts.value[chatId]).to.include({ body: 'to be gone on with', state: 'saved' });
    await after.open(chatId);
    expect(bodiesOf(after, chatId).filter(body => body !== '')).to.deep.equal(['for all']);
    expect(after.state.chats.get(chatId)).to.deep.include({ unread: 1 });
    after.send(chatId, 'gone on with');
    await until(() => bodiesOf(ben.client, chatId).at(-1) === 'gone on with');
    await until(() => ann.client.drafts.value[chatId] === undefined);
    expect(ann.client.state.own[chatId]).not.to.have.property('draft');
  });

  it('signs another device out, which then is', async () => {
    const storage = memoryStorage();
    const phone = device(url, { storage });
    await phone.signIn({ email: ann.email, password: PASSWORD, device: 'phone' });
    await ready(phone);
    const sessions = await ann.client.sessions();
    expect(sessions.filter(({ current }) => current)).to.have.length(1);
    const other = sessions.find(each => each.device === 'phone');
    await ann.client.endSession(other?.id ?? '');
    await until(() => phone.state.user === undefined);
    expect(phone.state).to.include({ link: 'offline', loaded: false });
    expect(storage.keys()).to.deep.equal(['former']);
    expect(ann.client.state.link).to.equal('online');
  });

  it('keeps the session and what was not sent across a restart, and drops both when signing out', async () => {
    const chatId = await together();
    const storage = memoryStorage();
    const first = device(url, { storage });
    await first.signIn({ email: ann.email, password: PASSWORD });
    await ready(first);
    // The connection ends before anything can go.
    first.close();
    first.send(chatId, 'written in the last moment');
    const second = device(url, { storage: storage.share() });
    expect(second.state.outbox.map(({ body }) => body)).to.deep.equal(['written in the last moment']);
    await until(() => bodiesOf(ben.client, chatId).includes('written in the last moment'));
    await until(() => second.state.outbox.length === 0);
    await second.rename({ displayName: 'Annie' });
    expect(second.state.user?.displayName).to.equal('Annie');
    await second.signOut();
    expect(storage.keys()).to.deep.equal(['former']);
  });

  it('says what travels, and no secret', async () => {
    const chatId = await together();
    ann.client.send(chatId, 'on the wire');
    const { wire } = ann.client;
    const sent = () => wire.records.find(({ kind, name }) => kind === 'sent' && name === 'message:send');
    await until(() => sent()?.outcome === 'ok');
    expect(sent()?.ms).to.be.a('number');
    await until(() => wire.records.some(({ kind, name }) => kind === 'heard' && name === 'message:new'));
    const text = JSON.stringify(wire.records);
    expect(text).to.include('on the wire').and.not.include(PASSWORD).and.not.include('eyJ');
  });

  it('fails what the server refuses, and says why', async () => {
    const chatId = await together();
    const clientId = ann.client.send(chatId, 'x'.repeat(5_000));
    const failed = await eventually('it has failed', () =>
      ann.client.state.outbox.find(entry => entry.clientId === clientId && entry.state === 'failed'),
    );
    expect(failed.reason).to.be.a('string');
    ann.client.discard(clientId);
    expect(ann.client.state.outbox).to.deep.equal([]);
  });
});
