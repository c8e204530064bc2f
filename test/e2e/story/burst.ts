/** Many write at once into one chat, through both gateways: what was acknowledged is there, once, at its seq. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { group, history, type Person, send, signUp } from '../../support/people.js';
import { Reader } from '../../support/reader.js';
import type { Message } from '../../support/shapes.js';

const SENDERS = 10;
const EACH = 100;
/** As many as a hasty client has under way at a time. */
const AT_ONCE = 10;

export function burst(the: () => Deployment): void {
  describe(`${SENDERS} people who write ${SENDERS * EACH} messages at once`, () => {
    it('find every acknowledged one in the history at its seq, and each reader has the same', async () => {
      const names = Array.from({ length: SENDERS }, (_, place) => `Sender${place}`);
      const people = await Promise.all(names.map((name, place) => signUp(the().gateways[place % 2]!, name)));
      const chat = await group(people[0]!, people.slice(1));
      const readers = await Promise.all(people.map(async person => new Reader(await person.connect(), chat.id)));
      const acknowledged = (await Promise.all(readers.map(reader => writeAll(reader)))).flat();

      const stored = await history(people[0]!, chat.id);
      expect(stored.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: SENDERS * EACH }, (_, n) => n + 1));
      const bySeq = new Map(stored.map(message => [message.seq, message]));
      for (const ack of acknowledged) expect(bySeq.get(ack.seq)).to.include({ id: ack.id, clientId: ack.clientId });
      expect(new Set(acknowledged.map(({ seq }) => seq)).size).to.equal(acknowledged.length);
      for (const person of people) expectOwnOrder(person, stored);
      for (const reader of readers) {
        await reader.sync();
        expect(reader.messages).to.deep.equal(stored);
      }
      for (const person of people) person.leave();
    });
  });
}

async function writeAll({ live, chatId }: Reader) {
  const acks = [];
  for (let first = 0; first < EACH; first += AT_ONCE) {
    const texts = Array.from({ length: AT_ONCE }, (_, place) => `${first + place}`);
    acks.push(...(await Promise.all(texts.map(text => send(live, chatId, text)))));
  }
  return acks.filter(({ status }) => status === 'stored');
}

function expectOwnOrder(person: Person, stored: readonly Message[]): void {
  const own = stored.filter(({ senderId }) => senderId === person.id).map(({ body }) => Number(body));
  expect(own).to.deep.equal(Array.from({ length: EACH }, (_, place) => place));
}
