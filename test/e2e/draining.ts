/** Processes are told to go while people write: nobody loses a message, and the others take over. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../support/deployment.js';
import type { Live } from '../support/live.js';
import { group, history, type Person, send, signUp } from '../support/people.js';
import type { Chat, Message } from '../support/shapes.js';
import { type Typist, typist } from '../support/typist.js';

/** Every acknowledged message once at its seq; what was not acknowledged is there after sending it again, once as well. */
export async function expectNothingLost(reader: Person, live: Live, chat: Chat, writer: Typist): Promise<void> {
  for (const [clientId, text] of writer.unanswered) await send(live, chat.id, text, clientId);
  const stored = await history(reader, chat.id);
  expect(stored.map(({ seq }) => seq)).to.deep.equal(stored.map((_, place) => place + 1));
  const places = new Map(stored.map(({ clientId, seq }) => [clientId, seq]));
  expect(places.size, 'each once').to.equal(stored.length);
  expect(stored).to.have.lengthOf(writer.acknowledged.length + writer.unanswered.size);
  for (const { clientId, status, seq } of writer.acknowledged) {
    expect(places.has(clientId)).to.equal(true);
    if (status === 'stored') expect(places.get(clientId)).to.equal(seq);
  }
}

export function draining(the: () => Deployment): void {
  describe('a process that is told to go', () => {
    let ann: Person;
    let ben: Person;
    let chat: Chat;

    beforeEach(async () => {
      const [one] = the().gateways;
      [ann, ben] = await Promise.all([signUp(one, 'Ann'), signUp(one, 'Ben')]);
      chat = await group(ann, [ben]);
    });

    afterEach(() => {
      ann.leave();
      ben.leave();
    });

    const enough = (writer: Typist, live: Live) =>
      live.waitFor<{ seq: number }>('message:new', ({ seq }) => seq > writer.acknowledged.length + 50 || seq > 50);

    it('a gateway says so to its sockets, ends with 0, and everything acknowledged is there', async () => {
      const going = await the().start('gateway');
      const anns = await ann.connect(going.url);
      const writer = typist(anns, chat.id, 'going');
      await enough(writer, anns);
      const exit = await going.stop();
      expect(exit).to.deep.equal({ code: 0, signal: null });
      await writer.ended;
      expect(anns.heard('server:draining')).to.deep.equal([{}]);
      await expectNothingLost(ben, await ann.connect(), chat, writer);
    });

    for (const image of ['chat-svc', 'presence-svc'] as const) {
      it(`a ${image} goes unnoticed`, async () => {
        const anns = await ann.connect();
        const writer = typist(anns, chat.id, 'on and on');
        await enough(writer, anns);
        for (const running of the()
          .processes.filter(process => process.image === image)
          .slice(1)) {
          expect(await running.stop()).to.deep.equal({ code: 0, signal: null });
        }
        const before = writer.acknowledged.length;
        await anns.waitFor<{ seq: number }>('message:new', ({ seq }) => seq > before + 50);
        await writer.stop();
        expect([...writer.unanswered.values()]).to.deep.equal([]);
        await expectNothingLost(ben, anns, chat, writer);
        await the().start(image);
      });
    }

    it('the last chat-svc leaves messages accepted, which the next one stores in their order', async () => {
      const anns = await ann.connect();
      const stored = await send(anns, chat.id, 'stored');
      const gone = the().processes.filter(({ image }) => image === 'chat-svc');
      await Promise.all(gone.map(running => running.stop()));
      const clientId = randomUUID();
      const body = { clientId, body: 'accepted over REST' };
      const rest = await ann.call('POST', `/v1/chats/${chat.id}/messages`, body);
      expect([rest.status, rest.body]).to.deep.equal([202, { clientId, status: 'accepted' }]);
      const accepted = await send(anns, chat.id, 'accepted');
      expect(accepted).to.deep.equal({ clientId: accepted.clientId, status: 'accepted' });
      expect(await history(ben, chat.id), 'not stored yet').to.have.lengthOf(1);

      await Promise.all(gone.map(() => the().start('chat-svc')));
      await anns.waitFor<Message>('message:new', heard => heard.clientId === accepted.clientId);
      const late = await send(anns, chat.id, 'accepted', accepted.clientId);
      expect(late).to.include({ status: 'stored', seq: stored.seq + 2 });
      const bodies = (await history(ben, chat.id)).map(message => message.body);
      expect(bodies).to.deep.equal(['stored', 'accepted over REST', 'accepted']);
    });
  });
}
