/** Messages are taken into other chats, by who is in both, and say who wrote them first. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { directChat, group, type Person, signUp } from '../../support/people.js';
import type { Chat, Message, Problem, Stored } from '../../support/shapes.js';

export function forwards(the: () => Deployment): void {
  describe('forwards', () => {
    let ann: Person;
    let ben: Person;
    let cem: Person;
    let from: Chat;
    let to: Chat;
    let source: Message;

    const post = (person: Person, chatId: string, said: object) =>
      person.call<Message & Problem>('POST', `/v1/chats/${chatId}/messages`, { clientId: randomUUID(), ...said });
    const forward = (person: Person, chatId: string, { chatId: source, seq }: { chatId: string; seq: number }) =>
      post(person, chatId, { forward: { chatId: source, seq } });

    before(async () => {
      const [one, two] = the().gateways;
      [ann, ben, cem] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben'), signUp(one, 'Cem')]);
      from = await group(ann, [ben, cem]);
      to = await directChat(ben, cem);
      source = (await post(ann, from.id, { body: 'tea at #five' })).body;
    });

    afterEach(() => {
      for (const person of [ann, ben, cem]) person.leave();
    });

    it('are copies, with who wrote them and when, also of copies', async () => {
      const cems = await cem.connect();
      const { status, body: copy } = await forward(ben, to.id, source);
      expect(status).to.equal(201);
      expect(copy).to.deep.include({ body: source.body, entities: source.entities, senderId: ben.id, chatId: to.id });
      const author = { userId: ann.id, displayName: 'Ann', sentAt: source.sentAt };
      expect(copy.forwardedFrom).to.deep.equal(author);
      expect(await cems.waitFor<Message>('message:new', ({ id }) => id === copy.id)).to.deep.equal(copy);
      const second = await forward(cem, from.id, copy);
      expect(second.body).to.deep.include({ senderId: cem.id, forwardedFrom: author });
    });

    it('are one message for one clientId, over sockets too', async () => {
      const bens = await ben.connect();
      const wanted = { chatId: to.id, clientId: randomUUID(), forward: { chatId: from.id, seq: source.seq } };
      const first = await bens.ask<Stored>('message:send', wanted);
      expect(first.status).to.equal('stored');
      expect(await bens.ask<Stored>('message:send', wanted)).to.deep.equal(first);
    });

    it('are for who is in both chats', async () => {
      const elsewhere = await group(ann, [ben]);
      const secret = (await post(ann, elsewhere.id, { body: 'not for Cem' })).body;
      const refused = await forward(cem, to.id, secret);
      expect([refused.status, refused.body.errors?.[0]?.path]).to.deep.equal([404, '/forward/seq']);
      expect(JSON.stringify(refused.body)).not.to.include('not for Cem');
      expect((await forward(ann, to.id, source)).status).to.equal(403);
    });

    it('come out of no chat that keeps its messages to itself, which its members hear', async () => {
      const kept = await group(ann, [ben]);
      const { body } = await post(ann, kept.id, { body: 'for us' });
      const bens = await ben.connect();
      const path = `/v1/chats/${kept.id}`;
      expect((await ben.call('PATCH', path, { noForwards: true })).status).to.equal(403);
      const changed = await ann.call<Chat>('PATCH', path, { noForwards: true });
      expect(changed.body).to.include({ noForwards: true, title: kept.title });
      await bens.waitFor<Chat>('chat:updated', ({ id, noForwards }) => id === kept.id && noForwards === true);
      const refused = await forward(ben, to.id, body);
      expect([refused.status, refused.body.errors?.[0]?.path]).to.deep.equal([403, '/forward/chatId']);
      await ann.call('PATCH', path, { noForwards: false });
      expect((await forward(ben, to.id, body)).status).to.equal(201);
    });

    it('come out of no chat that one has left', async () => {
      const left = await group(ann, [ben]);
      const { body } = await post(ann, left.id, { body: 'said while Ben was here' });
      expect((await forward(ben, to.id, body)).status).to.equal(201);
      await ben.call('DELETE', `/v1/chats/${left.id}/members/${ben.id}`);
      expect((await forward(ben, to.id, body)).status).to.equal(404);
    });
  });
}
