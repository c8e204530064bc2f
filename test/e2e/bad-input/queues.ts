/** Garbage that somebody publishes by hand: whole and with its reason to the dead-letter queue, and nobody waits for it. */

import { randomUUID } from 'node:crypto';
import amqplib, { type ConfirmChannel, type GetMessage } from 'amqplib';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import { group, type Person, send, signUp } from '../../support/people.js';
import { type Witness, witness } from './witness.js';

const PARTITIONS = Array.from({ length: 8 }, (_, number) => `chat.messages.${number}`);
const TYPES: Record<string, string> = {
  ...Object.fromEntries(PARTITIONS.map(queue => [queue, 'minitelegram.message.sent.v1'])),
  'chat.changes.0': 'minitelegram.message.change.v1',
  'chat.messages.delivered': 'minitelegram.message.delivered.v1',
  'read.receipts': 'minitelegram.message.read.v1',
  'presence.events': 'minitelegram.presence.changed.v1',
};

const event = (type: string, data: unknown) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/by-hand',
  type,
  data,
});

const garbage = (type: string): Record<string, string | Buffer> => ({
  'an empty message': '',
  'what is no JSON': '{{{ not JSON',
  'bytes that are no text': Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  'JSON that is no event': '{"hello":"world"}',
  'an event of another type': JSON.stringify(event('minitelegram.nobody.v1', {})),
  'an event with the wrong data': JSON.stringify(event(type, { chatId: 7, userId: [], seq: 'x', body: {} })),
  'an event without data': JSON.stringify(event(type, undefined)),
  'a batch of nothing but numbers': '[1,2,3]',
});

export function badQueues(the: () => Deployment): void {
  describe('garbage on the queues', () => {
    let channel: ConfirmChannel;
    let close: () => Promise<void>;
    let bystanders: Witness;
    let ann: Person;

    before(async () => {
      const connection = await amqplib.connect(the().services!.amqp, { noDelay: true });
      close = () => connection.close();
      channel = await connection.createConfirmChannel();
      [bystanders, ann] = await Promise.all([witness(the()), signUp(the().gateways[0], 'Ann')]);
      // What members were refused in the chapters before is no dead letter.
      for (const queue of Object.keys(TYPES)) {
        expect((await channel.checkQueue(`${queue}.dlq`)).messageCount, queue).to.equal(0);
      }
    });

    afterEach(() => bystanders.undisturbed());

    after(async () => {
      bystanders.leave();
      ann.leave();
      await close();
    });

    const publish = async (queue: string, content: string | Buffer) => {
      channel.sendToQueue(queue, Buffer.from(content), {
        persistent: true,
        contentType: 'application/cloudevents+json',
      });
      await channel.waitForConfirms();
    };
    const takeDead = (queue: string): Promise<GetMessage> =>
      eventually(`something in ${queue}.dlq`, () => channel.get(`${queue}.dlq`, { noAck: true }), { every: 10 });

    for (const [queue, type] of Object.entries(TYPES)) {
      it(`${queue} puts it aside, whole and with its reason`, async () => {
        for (const [what, content] of Object.entries(garbage(type))) {
          await publish(queue, content);
          const dead = await takeDead(queue);
          expect(dead.content.equals(Buffer.from(content)), what).to.equal(true);
          const reasons = Object.entries(dead.properties.headers ?? {}).filter(([name]) => /reason/i.test(name));
          expect(reasons.map(([, reason]) => String(reason)).join(''), what).to.not.equal('');
        }
      });
    }

    it('takes what is good out of a batch, and puts the rest aside', async () => {
      const ben = await signUp(the().gateways[1], 'Ben');
      const chat = await group(ann, [ben]);
      const [queue] = PARTITIONS;
      const message = {
        chatId: chat.id,
        clientId: randomUUID(),
        senderId: ann.id,
        body: 'the good one',
        replyTo: null,
      };
      const good = event(TYPES[queue!]!, { ...message, id: randomUUID(), sentAt: new Date().toISOString() });
      const bad = event(TYPES[queue!]!, { ...message, body: 7 });
      const bens = await ben.connect();
      await publish(queue!, JSON.stringify([bad, good]));
      await bens.waitFor<{ body: string }>('message:new', ({ body }) => body === 'the good one');
      const dead = await takeDead(queue!);
      expect(dead.content.toString()).to.include(bad.id).and.not.include(good.id);
      ben.leave();
    });

    it('delays nobody, however much of it there is', async () => {
      const chats = await Promise.all(Array.from({ length: 16 }, () => witness(the())));
      for (const queue of Object.keys(TYPES)) {
        for (let count = 0; count < 50; count++) channel.sendToQueue(queue, Buffer.from(`garbage ${count}`));
      }
      await Promise.all(chats.map(chat => chat.undisturbed()));
      await channel.waitForConfirms();
      for (const queue of Object.keys(TYPES)) {
        await eventually(
          `50 in ${queue}.dlq`,
          async () => (await channel.checkQueue(`${queue}.dlq`)).messageCount === 50,
        );
      }
      for (const chat of chats) chat.leave();
    });

    it('can be dead-lettered while a conversation goes on in order', async () => {
      const chat = await group(ann, [await signUp(the().gateways[1], 'Ben')]);
      const anns = await ann.connect();
      const talk = Promise.all(Array.from({ length: 40 }, (_, place) => send(anns, chat.id, `${place}`)));
      for (const queue of PARTITIONS) await publish(queue, 'in between');
      expect((await talk).map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 40 }, (_, place) => place + 1));
    });
  });
}
