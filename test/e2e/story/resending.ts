/** The same message sent again, by whatever way, is one message, and the answer is the first one's. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { group, history, type Person, send, signUp } from '../../support/people.js';
import { request } from '../../support/rest.js';
import type { Chat, Message } from '../../support/shapes.js';

export function resending(the: () => Deployment): void {
  describe('sending again', () => {
    let ann: Person;
    let ben: Person;
    let chat: Chat;

    before(async () => {
      const [one, two] = the().gateways;
      [ann, ben] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben')]);
    });

    beforeEach(async () => {
      chat = await group(ann, [ben]);
    });

    afterEach(() => {
      ann.leave();
      ben.leave();
    });

    const overRest = (gateway: string, clientId: string, body: string) =>
      request<Message>(gateway, 'POST', `/v1/chats/${chat.id}/messages`, {
        token: ann.accessToken,
        body: { clientId, body },
      });

    it('over the socket, over another socket and over REST elsewhere gives the first answer, and is no news', async () => {
      const [here, there, bens] = await Promise.all([
        ann.connect(the().gateways[0]),
        ann.connect(the().gateways[1]),
        ben.connect(),
      ]);
      const clientId = randomUUID();
      const first = await send(here, chat.id, 'once', clientId);
      await send(here, chat.id, 'something else');
      expect(await send(here, chat.id, 'once', clientId)).to.deep.equal(first);
      expect(await send(there, chat.id, 'once', clientId)).to.deep.equal(first);
      const rest = await overRest(the().gateways[1], clientId, 'once');
      expect(rest.status).to.be.oneOf([200, 201]);
      expect(rest.body).to.include({ id: first.id, seq: first.seq, sentAt: first.sentAt, clientId, body: 'once' });
      expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal(['once', 'something else']);
      // Whatever was announced before it is heard before it.
      await send(here, chat.id, 'the last');
      for (const live of [here, there, bens]) {
        await live.waitFor<Message>('message:new', ({ body }) => body === 'the last');
        expect(live.heard<Message>('message:new').map(({ seq }) => seq)).to.deep.equal([1, 2, 3]);
      }
    });

    it('with another text does not change the first', async () => {
      const anns = await ann.connect();
      const clientId = randomUUID();
      const first = await send(anns, chat.id, 'the first text', clientId);
      expect(await send(anns, chat.id, 'another text', clientId)).to.deep.equal(first);
      expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal(['the first text']);
    });

    it('ten times at the same moment, over both gateways, is one message', async () => {
      const connections = await Promise.all(the().gateways.map(gateway => ann.connect(gateway)));
      const bens = await ben.connect();
      const clientId = randomUUID();
      const answers = await Promise.all([
        ...Array.from({ length: 8 }, (_, turn) => send(connections[turn % 2]!, chat.id, 'now', clientId)),
        ...the().gateways.map(async gateway => (await overRest(gateway, clientId, 'now')).body),
      ]);
      const [stored, ...more] = await history(ben, chat.id);
      expect(more).to.deep.equal([]);
      for (const answer of answers) {
        expect(answer).to.include({ id: stored!.id, seq: 1, sentAt: stored!.sentAt, clientId });
      }
      await send(connections[0]!, chat.id, 'the last');
      await bens.waitFor<Message>('message:new', ({ seq }) => seq === 2);
      expect(bens.heard<Message>('message:new').map(({ seq }) => seq)).to.deep.equal([1, 2]);
    });

    it('by two people with the same clientId, or in two chats, is two messages', async () => {
      const [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
      const elsewhere = await group(ann, [ben]);
      const clientId = randomUUID();
      await send(anns, chat.id, 'by Ann', clientId);
      await send(bens, chat.id, 'by Ben', clientId);
      await send(anns, elsewhere.id, 'elsewhere', clientId);
      expect((await history(ann, chat.id)).map(({ body }) => body)).to.deep.equal(['by Ann', 'by Ben']);
      expect((await history(ann, elsewhere.id)).map(({ body }) => body)).to.deep.equal(['elsewhere']);
    });
  });
}
