/** Somebody who was away asks for what they missed, and then has exactly what the history has. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { group, history, type Person, send, signUp } from '../../support/people.js';
import { Reader } from '../../support/reader.js';
import type { Chat, Message, Synced } from '../../support/shapes.js';

export function sync(the: () => Deployment): void {
  describe('sync', () => {
    let ann: Person;
    let ben: Person;
    let chat: Chat;
    let quiet: Chat;

    before('Ben is away while Ann writes', async () => {
      const [one, two] = the().gateways;
      [ann, ben] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben')]);
      chat = await group(ann, [ben], 'busy');
      quiet = await group(ann, [ben], 'quiet');
      const anns = await ann.connect();
      await Promise.all(Array.from({ length: 30 }, (_, place) => send(anns, chat.id, `message ${place + 1}`)));
      await send(anns, quiet.id, 'only one');
    });

    after(() => {
      ann.leave();
      ben.leave();
    });

    const overRest = async (body: object) => {
      const answer = await ben.call<Synced>('POST', '/v1/sync', body);
      expect(answer.status).to.equal(200);
      return answer.body;
    };
    const of = (synced: Synced, { id }: Chat) => synced.chats.find(({ chatId }) => chatId === id)!;
    const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);

    it('lists the chats that were not named from their beginning', async () => {
      const synced = await overRest({ cursors: {} });
      expect(synced.unknown).to.deep.equal([]);
      expect(of(synced, chat).messages).to.deep.equal(await history(ben, chat.id));
      expect(of(synced, chat)).to.include({ lastSeq: 30, more: false });
      expect(of(synced, chat).readSeqs).to.deep.equal({ [ann.id]: 30, [ben.id]: 0 });
      expect(seqs(of(synced, quiet).messages)).to.deep.equal([1]);
    });

    it('gives what comes after the cursors only', async () => {
      const synced = await overRest({ cursors: { [chat.id]: 27, [quiet.id]: 1 } });
      expect(seqs(of(synced, chat).messages)).to.deep.equal([28, 29, 30]);
      expect(synced.chats.find(({ chatId }) => chatId === quiet.id)?.messages ?? []).to.deep.equal([]);
    });

    it('names the chats that it does not know this person in', async () => {
      const others = await group(ann, [await signUp(the().gateways[0], 'Cem')], 'without Ben');
      const named = ['00000000-0000-7000-8000-000000000000', others.id];
      const synced = await overRest({ cursors: Object.fromEntries(named.map(id => [id, 0])) });
      expect(synced.unknown).to.have.members(named);
    });

    it('says when there is more, and gets there in steps', async () => {
      const first = of(await overRest({ cursors: {}, limit: 12 }), chat);
      expect(first).to.include({ lastSeq: 30, more: true });
      expect(seqs(first.messages)).to.deep.equal(Array.from({ length: 12 }, (_, place) => place + 1));
      const last = of(await overRest({ cursors: { [chat.id]: 20 }, limit: 12 }), chat);
      expect(last).to.include({ more: false });
      expect(seqs(last.messages)).to.have.lengthOf(10);
    });

    it('begins at the start, and says so, where the cursor is above the chat: it was set back', async () => {
      const synced = await overRest({ cursors: { [chat.id]: 1_000, [quiet.id]: 1 }, limit: 3 });
      expect(of(synced, chat)).to.include({ lastSeq: 30, more: true, reset: true });
      expect(seqs(of(synced, chat).messages)).to.deep.equal([1, 2, 3]);
      expect(of(synced, quiet)).not.to.have.property('reset');
    });

    it('answers a megabyte of messages at most, and the rest when it is asked again', async () => {
      const long = await group(ann, [ben], 'long');
      const anns = await ann.connect();
      for (let at = 0; at < 60; at += 20) {
        await Promise.all(Array.from({ length: 20 }, () => send(anns, long.id, '\u0001'.repeat(4096))));
      }
      const cursors = { [chat.id]: 30, [quiet.id]: 1 };
      const first = await overRest({ cursors, limit: 200 });
      expect(Buffer.byteLength(JSON.stringify(first))).to.be.below(1.1 * 1024 * 1024);
      const { messages, more } = of(first, long);
      expect(more).to.equal(true);
      const rest = await overRest({ cursors: { ...cursors, [long.id]: messages.length }, limit: 200 });
      expect(seqs([...messages, ...of(rest, long).messages])).to.deep.equal(seqs(await history(ben, long.id)));
      const { body } = await ben.call<{ messages: Message[] }>('GET', `/v1/chats/${long.id}/messages?limit=200`);
      expect(seqs(body.messages)).to.deep.equal(
        Array.from({ length: messages.length }, (_, n) => 61 + n - messages.length),
      );
    });

    it('answers the same over the socket', async () => {
      const bens = await ben.connect();
      const asked = { cursors: { [chat.id]: 25 }, limit: 3 };
      expect(await bens.ask<Synced>('sync', asked)).to.deep.equal(await overRest(asked));
    });

    it('heals a reader who missed the middle', async () => {
      const reader = new Reader(await ben.connect(), chat.id);
      await reader.sync();
      const anns = await ann.connect();
      await send(anns, chat.id, 'heard');
      await eventually('the message is heard', () => reader.seqs().at(-1) === 31);
      reader.live.close();
      const witness = new Reader(await ann.connect(the().gateways[0]), chat.id);
      await Promise.all([1, 2, 3].map(place => send(anns, chat.id, `missed ${place}`)));
      // What is acknowledged is stored, but may still be on its way to the gateway.
      await eventually('the gateway has passed on what is missed', () => witness.seqs().at(-1) === 34);
      const back = new Reader(await ben.connect(the().gateways[0]), chat.id, reader.messages);
      await send(anns, chat.id, 'heard again');
      await eventually('the newest is heard', () => back.seqs().at(-1) === 35);
      expect(back.gaps(), 'the gap is visible').to.deep.equal([32, 33, 34]);
      await back.sync();
      expect(back.messages).to.deep.equal(await history(ben, chat.id));
    });
  });
}
