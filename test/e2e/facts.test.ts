/** What the product tells of itself comes to whoever subscribes: after it happened, in order, at least once. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { chatMemberAdded, chatMemberRemoved, messageSent, messageStored } from '#functions/domain/events.js';
import { asSender, type Deployment, embedded, real } from '../support/deployment.js';
import { eventually } from '../support/eventually.js';
import type { Live } from '../support/live.js';
import { group, history, type Person, send, signUp } from '../support/people.js';
import { BUILT, type Running } from '../support/processes.js';
import { showOnFailure } from '../support/report.js';
import { request } from '../support/rest.js';
import type { Chat } from '../support/shapes.js';
import { typist } from '../support/typist.js';
import { type Heard, hear } from './facts/heard.js';

const PROGRAM = { ...BUILT, main: fileURLToPath(new URL('facts/main.js', import.meta.url)) };
const WITHIN = { within: 20_000 };

describe('facts on embedded parts', () => {
  let deployment: Deployment;
  const heard = hear();

  before(async () => {
    deployment = await embedded({}, { program: PROGRAM, onLine: heard.onLine });
  });
  showOnFailure(() => deployment);
  after(() => deployment?.stop());

  told(() => deployment, heard);
});

describe('facts on real servers', function () {
  this.timeout(90_000);
  let deployment: Deployment | undefined;
  let witness: Running;
  const heard = hear();
  const the = () => deployment as Deployment;
  const startWitness = async () => {
    witness = await the().start('witness', {}, { onLine: heard.onLine });
  };

  before(async function () {
    const made = await real(['gateway', 'chat-svc', 'presence-svc'], {}, { program: PROGRAM });
    if ('missing' in made) {
      if (process.env.CI === 'true') throw new Error(`real servers are missing: ${made.missing}`);
      console.warn(`SKIPPED: facts on real servers, because of ${made.missing}`);
      return this.skip();
    }
    deployment = made;
    await startWitness();
  });
  showOnFailure(() => deployment);
  after(() => deployment?.stop());

  told(the, heard);

  describe('whoever is killed', () => {
    let owner: Person;
    let chat: Chat;
    let live: Live;

    beforeEach(async () => {
      owner = await signUp(the().gateways[0], 'Owner');
      chat = await group(owner, [await signUp(the().gateways[0], 'Member')]);
      live = await owner.connect();
    });
    afterEach(() => owner.leave());

    it('come to a subscriber who was away, all of them', async () => {
      await witness.stop();
      for (const n of [1, 2, 3]) await send(live, chat.id, `while nobody listens ${n}`);
      await startWitness();
      await expectAllTold(owner, chat, heard);
    });

    const victims: [string, () => Running, () => Promise<unknown>][] = [
      ['chat-svc', () => the().one('chat-svc'), () => the().start('chat-svc')],
      ['the subscriber', () => witness, startWitness],
    ];
    for (const [who, victim, again] of victims) {
      it(`come at least once, in order, when ${who} is killed in the middle of them`, async () => {
        const writer = typist(live, chat.id, 'on and on');
        await eventually('half is told', () => heard.of(chat, messageStored.type).length > 50, WITHIN);
        await victim().kill();
        await again();
        const before = heard.of(chat, messageStored.type).length;
        await eventually('it goes on', () => heard.of(chat, messageStored.type).length > before + 50, WITHIN);
        await writer.stop();
        await expectAllTold(owner, chat, heard);
      });
    }
  });
});

function told(the: () => Deployment, heard: Heard): void {
  let owner: Person;
  let member: Person;
  let chat: Chat;
  const usersOf = (type: string) => heard.of(chat, type).map(({ data }) => data.userId);

  beforeEach('a group of two', async () => {
    const [gateway] = the().gateways;
    [owner, member] = await Promise.all([signUp(gateway, 'Owner'), signUp(gateway, 'Member')]);
    chat = await group(owner, [member]);
  });
  afterEach(() => owner.leave());

  it('tell of each message when it is stored, in the order of its chat', async () => {
    const [live, elsewhere] = [await owner.connect(), await group(owner, [member])];
    const said = Array.from({ length: 40 }, (_, n) => send(live, n % 2 ? chat.id : elsewhere.id, `line ${n}`));
    await Promise.all(said);
    for (const each of [chat, elsewhere]) await expectAllTold(owner, each, heard);
  });

  it('tell who came and who went', async () => {
    await eventually('both are told of', () => usersOf(chatMemberAdded.type).length >= 2, WITHIN);
    expect(new Set(usersOf(chatMemberAdded.type))).to.deep.equal(new Set([owner.id, member.id]));
    expect((await owner.call('DELETE', `/v1/chats/${chat.id}/members/${member.id}`)).status).to.equal(204);
    await eventually('the removal is told', () => usersOf(chatMemberRemoved.type).length > 0, WITHIN);
    expect(new Set(usersOf(chatMemberRemoved.type))).to.deep.equal(new Set([member.id]));
    expect((await owner.call('POST', `/v1/chats/${chat.id}/members`, { userId: member.id })).status).to.equal(204);
    await eventually('the return is told', () => usersOf(chatMemberAdded.type).length >= 3, WITHIN);
    expect(usersOf(chatMemberAdded.type).at(-1)).to.equal(member.id);
  });

  it('come again, with the same id, when the message does', async () => {
    const id = randomUUID();
    const data = { id, chatId: chat.id, clientId: id, senderId: owner.id, body: 'twice', replyTo: null };
    const event = { specversion: '1.0', id, source: '/test', type: messageSent.type, data };
    for (const turn of [1, 2]) {
      const { status } = await request(the().one('chat-svc').url, 'POST', '/', {
        raw: JSON.stringify(event),
        headers: { 'content-type': 'application/cloudevents+json', ...asSender },
      });
      expect(status, `${turn}`).to.equal(200);
    }
    await eventually('it is told twice', () => heard.of(chat, messageStored.type).length === 2, WITHIN);
    expect(heard.of(chat, messageStored.type).map(fact => fact.id)).to.deep.equal([`${id}.stored`, `${id}.stored`]);
    expect(await history(owner, chat.id)).to.have.lengthOf(1);
  });
}

/** Each of the history's messages, whole, not before it was there; whatever came again aside, in the order of the seqs. */
async function expectAllTold(reader: Person, chat: Chat, heard: Heard): Promise<void> {
  const stored = await history(reader, chat.id);
  const facts = () => [...new Map(heard.of(chat, messageStored.type).map(fact => [fact.id, fact])).values()];
  await eventually('all are told', () => facts().length >= stored.length, WITHIN);
  expect(facts().map(({ data }) => data)).to.deep.equal(stored);
  expect(facts().map(({ id }) => id)).to.deep.equal(stored.map(({ id }) => `${id}.stored`));
  expect(heard.of(chat, messageStored.type).filter(({ isStored }) => !isStored)).to.deep.equal([]);
}
