/** Delivered and read are watermarks that only go forward; everybody in the chat sees them, on every connection. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { group, type Person, send, signUp } from '../../support/people.js';
import type { Chat, Message, Receipt } from '../../support/shapes.js';

export function receipts(the: () => Deployment): void {
  describe('receipts', () => {
    let ann: Person;
    let ben: Person;
    let chat: Chat;

    before(async () => {
      const [one, two] = the().gateways;
      [ann, ben] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben')]);
    });

    beforeEach('five messages from Ann', async () => {
      chat = await group(ann, [ben]);
      const anns = await ann.connect();
      await Promise.all([1, 2, 3, 4, 5].map(place => send(anns, chat.id, `message ${place}`)));
    });

    afterEach(() => {
      ann.leave();
      ben.leave();
    });

    const seen = async (viewer: Person): Promise<Chat> => (await viewer.call<Chat>('GET', `/v1/chats/${chat.id}`)).body;
    const markOf = (view: Chat, person: Person) => view.members?.find(({ userId }) => userId === person.id);
    const reaches = (mark: { readSeq: number; deliveredSeq: number }) =>
      eventually(`Ben's marks are ${JSON.stringify(mark)}`, async () => {
        const found = markOf(await seen(ann), ben);
        return found?.readSeq === mark.readSeq && found.deliveredSeq === mark.deliveredSeq;
      });
    const at = (seq: number) => (receipt: Receipt) => receipt.chatId === chat.id && receipt.seq === seq;

    it('tell everybody what was delivered, on every connection', async () => {
      const [anns, phone, laptop] = await Promise.all([ann.connect(), ben.connect(), ben.connect(the().gateways[0])]);
      expect(await phone.ask('message:delivered', { chatId: chat.id, seq: 3 })).to.deep.equal({});
      for (const live of [anns, phone, laptop]) {
        const receipt = await live.waitFor<Receipt>('receipt:delivered', at(3));
        expect(receipt).to.have.all.keys('chatId', 'userId', 'seq', 'at');
        expect(receipt.userId).to.equal(ben.id);
      }
      await reaches({ readSeq: 0, deliveredSeq: 3 });
    });

    it('tell everybody what was read, which is delivered as well, and leave nothing unread', async () => {
      const [anns, phone, laptop] = await Promise.all([ann.connect(), ben.connect(), ben.connect(the().gateways[0])]);
      expect((await seen(ben)).unread).to.equal(5);
      expect(await phone.ask('message:read', { chatId: chat.id, seq: 5 })).to.deep.equal({});
      for (const live of [anns, phone, laptop]) {
        expect(await live.waitFor<Receipt>('receipt:read', at(5))).to.include({ userId: ben.id });
      }
      await reaches({ readSeq: 5, deliveredSeq: 5 });
      expect((await seen(ben)).unread).to.equal(0);
    });

    it('can be given over REST', async () => {
      const anns = await ann.connect();
      expect((await ben.call('POST', `/v1/chats/${chat.id}/read`, { seq: 4 })).status).to.equal(202);
      await anns.waitFor<Receipt>('receipt:read', at(4));
      await reaches({ readSeq: 4, deliveredSeq: 4 });
      expect((await seen(ben)).unread).to.equal(1);
    });

    it('never go back, and never past the end', async () => {
      const [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
      await bens.ask('message:read', { chatId: chat.id, seq: 4 });
      await reaches({ readSeq: 4, deliveredSeq: 4 });
      await bens.ask('message:read', { chatId: chat.id, seq: 2 });
      await bens.ask('message:delivered', { chatId: chat.id, seq: 1 });
      await bens.emit('message:read', { chatId: chat.id, seq: 1_000 });
      await bens.ask('message:read', { chatId: chat.id, seq: 5 });
      await anns.waitFor<Receipt>('receipt:read', at(5));
      await reaches({ readSeq: 5, deliveredSeq: 5 });
      const heard = anns.heard<Receipt>('receipt:read').map(({ seq }) => seq);
      expect(heard, 'only forward').to.deep.equal(heard.toSorted((one, other) => one - other));
    });

    it('are not given by writing: what was not seen stays unread, one’s own messages never are', async () => {
      expect((await seen(ann)).unread).to.equal(0);
      const [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
      await send(bens, chat.id, 'written in a tunnel');
      await send(bens, chat.id, 'and another one');
      expect(await seen(ben), 'who writes has not read').to.include({ unread: 5, lastSeq: 7 });
      expect(markOf(await seen(ann), ben)).to.include({ readSeq: 0, deliveredSeq: 0 });
      expect(await seen(ann)).to.include({ unread: 2 });
      const { chats } = (await ben.call<{ chats: Chat[] }>('GET', '/v1/chats')).body;
      expect(chats.find(({ id }) => id === chat.id)).to.include({ unread: 5 });
      await bens.ask('message:read', { chatId: chat.id, seq: 3 });
      await reaches({ readSeq: 3, deliveredSeq: 3 });
      expect((await seen(ben)).unread).to.equal(2);
      expect(anns.heard<Receipt>('receipt:read').map(({ seq }) => seq)).to.deep.equal([3]);
    });

    it('go along with what one writes oneself after having read all: the others follow by the messages alone', async () => {
      const [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
      await bens.ask('message:read', { chatId: chat.id, seq: 5 });
      await reaches({ readSeq: 5, deliveredSeq: 5 });
      await Promise.all(['one', 'two'].map(body => send(bens, chat.id, body)));
      await reaches({ readSeq: 7, deliveredSeq: 7 });
      expect((await seen(ben)).unread).to.equal(0);
      await anns.waitFor<Message>('message:new', ({ seq }) => seq === 7);
      expect(anns.heard<Receipt>('receipt:read').map(({ seq }) => seq)).to.deep.equal([5]);
    });
  });
}
