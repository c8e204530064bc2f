/** Texts that are more than text: what the server finds in them, what clients mark in them, and who is mentioned. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { group, history, type Person, signUp } from '../../support/people.js';
import type { Chat, Entity, Message, Problem, Stored } from '../../support/shapes.js';

export function entities(the: () => Deployment): void {
  describe('texts with entities', () => {
    let ann: Person;
    let ben: Person;
    let cem: Person;
    let chat: Chat;

    before(async () => {
      const [one, two] = the().gateways;
      [ann, ben, cem] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben'), signUp(one, 'Cem')]);
      chat = await group(ann, [ben]);
    });

    afterEach(() => {
      for (const person of [ann, ben, cem]) person.leave();
    });

    const say = (person: Person, body: string, rest: { entities?: readonly Entity[]; clientId?: string } = {}) =>
      person.call<Message & Problem>('POST', `/v1/chats/${chat.id}/messages`, {
        clientId: randomUUID(),
        body,
        ...rest,
      });
    const parts = ({ body, entities = [] }: Message) =>
      entities.map(({ type, offset, length }) => `${type} ${body.slice(offset, offset + length)}`);
    const seenBy = async (person: Person) => (await person.call<Chat>('GET', `/v1/chats/${chat.id}`)).body;
    const mentions = async (person: Person) => (await seenBy(person)).mentions;
    /** Receipts are carried out in a moment. */
    const reads = async (person: Person, seq: number) => {
      await person.call('POST', `/v1/chats/${chat.id}/read`, { seq });
      await eventually(`${person.username} has read up to ${seq}`, async () =>
        (await seenBy(person)).members?.some(({ userId, readSeq }) => userId === person.id && readSeq >= seq),
      );
    };

    it('come with what is in them, the same to who sends, who hears and who reads', async () => {
      const bens = await ben.connect();
      const name = ben.username.toUpperCase();
      const { status, body } = await say(ann, `𝄞 @${name} @nobody_here see https://example.org/a, #tea; /start`);
      expect(status).to.equal(201);
      expect(parts(body)).to.deep.equal([
        `mention @${name}`,
        'link https://example.org/a',
        'hashtag #tea',
        'command /start',
      ]);
      expect(body.entities?.[0]).to.include({ offset: 3, userId: ben.id });
      expect(await bens.waitFor<Message>('message:new', ({ id }) => id === body.id)).to.deep.equal(body);
      expect((await history(ben, chat.id)).at(-1)).to.deep.equal(body);
      const { body: synced } = await ben.call<{ chats: { messages: Message[] }[] }>('POST', '/v1/sync', {
        cursors: { [chat.id]: body.seq - 1 },
      });
      expect(synced.chats[0]?.messages).to.deep.equal([body]);
    });

    it('are marked as their clients mark them, over sockets too', async () => {
      const given = [
        { type: 'bold', offset: 0, length: 9 },
        { type: 'italic', offset: 5, length: 4 },
        { type: 'link', offset: 10, length: 4, url: 'https://example.org/' },
        { type: 'mention', offset: 15, length: 4, userId: ben.id },
      ];
      const { body } = await say(ann, 'bold both link him: #tag', { entities: given });
      expect(body.entities).to.deep.equal(given);
      const anns = await ann.connect();
      const stored = await anns.ask<Stored>('message:send', {
        ...{ chatId: chat.id, clientId: randomUUID(), body: '#tag', entities: [] },
      });
      expect(stored.status).to.equal('stored');
      expect((await history(ben, chat.id)).at(-1)).not.to.have.property('entities');
    });

    it('mention members: unread until they have read, and never what they say themselves', async () => {
      await reads(ben, (await seenBy(ben)).lastSeq);
      const before = await mentions(ben);
      expect(before).to.equal(0);
      const clientId = randomUUID();
      for (let twice = 0; twice < 2; twice += 1) await say(ann, `@${ben.username}!`, { clientId });
      await say(ann, 'nothing for anybody');
      const last = await say(ann, `@${ben.username} and @${cem.username}`);
      await say(ben, `@${ben.username} am I`);
      expect([await mentions(ben), await mentions(ann)]).to.deep.equal([2, 0]);
      const listed = await ben.call<{ chats: Chat[] }>('GET', '/v1/chats');
      expect(listed.body.chats.find(({ id }) => id === chat.id)?.mentions).to.equal(2);
      await reads(ben, last.body.seq - 1);
      expect(await mentions(ben)).to.equal(1);
      await reads(ben, last.body.seq);
      expect(await mentions(ben)).to.equal(0);
    });

    it('mention whom they name when they are edited, and nobody once they are deleted', async () => {
      await reads(ben, (await seenBy(ben)).lastSeq);
      const { body: said } = await say(ann, 'tea?');
      const path = `/v1/chats/${chat.id}/messages/${said.seq}`;
      const edit = (body: string, rest = {}) =>
        ann.call<Message & Problem>('PATCH', path, { clientId: randomUUID(), body, ...rest });
      const edited = await edit(`tea, @${ben.username}?`);
      expect(edited.status).to.equal(200);
      expect(parts(edited.body)).to.deep.equal([`mention @${ben.username}`]);
      expect(await mentions(ben)).to.equal(1);
      const refused = await edit('tea', { entities: [{ type: 'bold', offset: 3, length: 1 }] });
      expect([refused.status, refused.body.errors?.[0]?.path]).to.deep.equal([400, '/entities/0/offset']);
      expect((await edit('tea?')).body).not.to.have.property('entities');
      expect(await mentions(ben)).to.equal(0);
      await edit(`tea, @${ben.username}!`);
      expect((await ann.call('DELETE', `${path}?scope=all`)).status).to.equal(204);
      expect(await mentions(ben)).to.equal(0);
    });

    it('mention everybody where the owner or an admin says so, and nobody where a member does', async () => {
      const { body } = await say(ann, '@all: tea');
      expect(parts(body)).to.deep.equal(['mention @all']);
      const bens = await say(ben, '@all: no');
      expect(bens.body).not.to.have.property('entities');
      expect([await mentions(ben), await mentions(ann)]).to.deep.equal([1, 0]);
      await ann.call('PUT', `/v1/chats/${chat.id}/members/${ben.id}/role`, { role: 'admin' });
      await say(ben, '@all: well');
      expect(await mentions(ann)).to.equal(1);
    });
  });
}
