/** Everything that clients may hear is heard once, and looks as the AsyncAPI document says. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { type AsyncDocument, exchanges } from '../../support/documents.js';
import { expiring } from '../../support/forgery.js';
import { faults } from '../../support/json-schema.js';
import type { Live } from '../../support/live.js';
import { directChat, group, send, signUp } from '../../support/people.js';
import type { Message } from '../../support/shapes.js';

export function heard(document: AsyncDocument, the: () => Deployment): void {
  describe('what clients hear', () => {
    const lives: Live[] = [];
    const told = exchanges(document).filter(({ kind }) => kind === 'heard');

    before(async () => {
      const [url] = the().gateways;
      const [ann, ben, carl] = await Promise.all(['Ann', 'Ben', 'Carl'].map(name => signUp(url, name)));
      if (!ann || !ben || !carl) throw new Error('somebody is missing');
      const [anns, bens] = [await ann.connect(), await ben.connect()];
      const carls = await carl.connect(url, expiring(carl.accessToken, the().signingKey, 3));
      lives.push(anns, bens, carls);

      const direct = await directChat(ann, carl);
      // Ann may see whether he is there once he has written to her.
      await send(carls, direct.id, 'hello');
      const chat = await group(ann, [ben]);
      await bens.waitFor('chat:created');
      await send(anns, chat.id, 'hello');
      const { seq } = await bens.waitFor<Message>('message:new');
      await bens.ask('message:delivered', { chatId: chat.id, seq });
      await anns.waitFor('receipt:delivered');
      await bens.ask('message:read', { chatId: chat.id, seq });
      await anns.waitFor('receipt:read');
      await anns.ask('message:react', { chatId: chat.id, seq, emoji: '👍', on: true });
      await bens.waitFor('message:changed');
      await bens.ask('typing', { chatId: chat.id, active: true });
      await anns.waitFor('typing');
      await ann.call('PATCH', `/v1/chats/${chat.id}/me`, { pinned: true });
      await anns.waitFor('me:changed');
      await ann.call('PATCH', `/v1/chats/${chat.id}`, { title: 'another' });
      await bens.waitFor('chat:updated');
      await ann.call('POST', `/v1/chats/${chat.id}/members`, { userId: carl.id });
      await bens.waitFor('chat:member-added');
      await ann.call('DELETE', `/v1/chats/${chat.id}/members/${carl.id}`);
      await bens.waitFor('chat:member-removed');
      await carls.waitFor('auth:expired');
      await anns.waitFor('presence:changed');
      await the().one('gateway').stop();
      await bens.waitFor('server:draining');
    });
    after(() => {
      for (const live of lives) live.close();
    });

    for (const { name, message } of told) {
      it(`${name} looks as declared`, () => {
        const events = lives.flatMap(live => live.heard(name));
        expect(events, name).not.to.deep.equal([]);
        for (const data of events) expect(faults(message.payload, data, document)).to.deep.equal([]);
      });
    }

    it('is nothing else', () => {
      const names = lives.flatMap(({ log }) => log.map(({ event }) => event));
      expect(told.map(({ name }) => name)).to.include.members(names);
    });
  });
}
