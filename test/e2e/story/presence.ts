/** Who is here and who is typing, told to people who share a chat and to nobody else. */
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import type { Live } from '../../support/live.js';
import { directChat, group, type Person, send, signUp } from '../../support/people.js';
import type { Message, Presence } from '../../support/shapes.js';

const isNow = (live: Live, person: Person, status: string) =>
  live.waitFor<Presence>('presence:changed', heard => heard.userId === person.id && heard.status === status);

export function presence(the: () => Deployment): void {
  describe('presence', () => {
    let ann: Person;
    let ben: Person;
    let stranger: Person;

    beforeEach('Ann and Ben have written to each other, a stranger to nobody', async () => {
      const [one, two] = the().gateways;
      [ann, ben, stranger] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben'), signUp(two, 'Stranger')]);
      const chat = await directChat(ann, ben);
      for (const person of [ann, ben]) await write(person, chat.id);
    });

    afterEach(() => {
      for (const person of [ann, ben, stranger]) person.leave();
    });

    const write = async (person: Person, chatId: string) => {
      const message = { clientId: `hello from ${person.id}`, body: 'hello' };
      expect((await person.call('POST', `/v1/chats/${chatId}/messages`, message)).status).to.be.oneOf([201, 202]);
    };
    const asked = async (person: Person) => (await ann.call<Presence>('GET', `/v1/users/${person.id}/presence`)).body;

    it('says who comes, and who has gone with the last of their devices', async () => {
      const anns = await ann.connect();
      expect((await asked(ben)).status).to.equal('offline');
      const before = Date.now();
      const phone = await ben.connect(the().gateways[0]);
      await isNow(anns, ben, 'online');
      const laptop = await ben.connect(the().gateways[1]);
      phone.close();
      await send(laptop, (await directChat(ben, ann)).id, 'still here');
      await anns.waitFor<Message>('message:new', message => message.body === 'still here');
      expect((await asked(ben)).status, 'another device is still there').to.equal('online');
      laptop.close();
      const gone = await isNow(anns, ben, 'offline');
      expect(
        anns
          .heard<Presence>('presence:changed')
          .filter(({ userId }) => userId === ben.id)
          .map(({ status }) => status),
      ).to.deep.equal(['online', 'offline']);
      expect(Date.parse(gone.lastSeenAt ?? '')).to.be.within(before - 1_000, Date.now() + 1_000);
      expect(await asked(ben)).to.deep.equal(gone);
    });

    it('comes back when a device comes back', async () => {
      const anns = await ann.connect();
      for (const turn of [1, 2, 3]) {
        const phone = await ben.connect(the().gateways[turn % 2]);
        await eventually('Ben is online', async () => (await asked(ben)).status === 'online');
        phone.close();
        await eventually('Ben is offline', async () => (await asked(ben)).status === 'offline');
      }
      await eventually(
        'the last word is offline',
        () =>
          anns.heard<Presence>('presence:changed').findLast(({ userId }) => userId === ben.id)?.status === 'offline',
      );
    });

    it('is asked for by socket, too', async () => {
      const anns = await ann.connect();
      await ben.connect();
      await isNow(anns, ben, 'online');
      const { presence } = await anns.ask<{ presence: Presence[] }>('presence:get', { userIds: [ben.id, ann.id] });
      expect(presence.map(({ userId, status }) => [userId, status])).to.have.deep.members([
        [ben.id, 'online'],
        [ann.id, 'online'],
      ]);
    });

    it('is nobody else’s business', async () => {
      const watching = await stranger.connect();
      const anns = await ann.connect();
      await ben.connect();
      await isNow(anns, ben, 'online');
      expect((await stranger.call('GET', `/v1/users/${ben.id}/presence`)).status).to.equal(403);
      const ack = await watching.emit<{ presence: Presence[] }>('presence:get', { userIds: [ben.id] });
      expect(ack.ok ? ack.data.presence : []).to.deep.equal([]);
      await directChat(stranger, ann);
      expect(watching.heard<Presence>('presence:changed').filter(({ userId }) => userId === ben.id)).to.deep.equal([]);
    });
  });

  describe('strangers', () => {
    let people: Person[] = [];
    afterEach(() => {
      for (const person of people.splice(0)) person.leave();
    });
    const signUpAll = async (...names: string[]) => {
      people = await Promise.all(names.map((name, n) => signUp(the().gateways[n % 2] as string, name)));
      return people as [Person, Person, ...Person[]];
    };
    const status = async (asker: Person, { id }: Person) =>
      (await asker.call<Presence>('GET', `/v1/users/${id}/presence`)).status;

    it('see nothing of somebody to whom they write, until that person has written back', async () => {
      const [ann, stranger, friend] = await signUpAll('Ann', 'Stranger', 'Friend');
      await group(friend as Person, [ann]);
      const [watching, friends] = [await stranger.connect(), await (friend as Person).connect()];
      const chat = await directChat(stranger, ann);
      await send(watching, chat.id, 'are you there?');
      const anns = await ann.connect();
      // Told to whom it concerns by then: from when she has written it would concern the stranger.
      await isNow(friends, ann, 'online');
      await anns.ask('message:read', { chatId: chat.id, seq: 1 });
      expect(await status(stranger, ann)).to.equal(403);
      const { presence } = await watching.ask<{ presence: Presence[] }>('presence:get', { userIds: [ann.id] });
      expect(presence).to.deep.equal([]);
      await send(anns, chat.id, 'who is this?');
      expect(await status(stranger, ann)).to.equal(200);
      expect(watching.heard<Presence>('presence:changed').filter(({ userId }) => userId === ann.id)).to.deep.equal([]);
      const phone = await ann.connect(the().gateways[1]);
      for (const device of [anns, phone]) device.close();
      await watching.waitFor<Presence>('presence:changed', heard => heard.userId === ann.id);
    });

    it('and friends alike put nobody back into a group who has left it', async () => {
      const [ann, owner] = await signUpAll('Ann', 'Owner');
      const chat = await group(owner, [ann]);
      await send(await ann.connect(), chat.id, 'bye');
      expect((await ann.call('DELETE', `/v1/chats/${chat.id}/members/${ann.id}`)).status).to.equal(204);
      const again = await owner.call('POST', `/v1/chats/${chat.id}/members`, { userId: ann.id });
      expect(again.status).to.equal(403);
      expect((await ann.call('GET', `/v1/chats/${chat.id}`)).status).to.equal(403);
    });
  });

  describe('typing', () => {
    it('is heard by the others in the chat only', async () => {
      const [one, two] = the().gateways;
      const people = await Promise.all([
        signUp(one, 'Ann'),
        signUp(two, 'Ben'),
        signUp(one, 'Cem'),
        signUp(two, 'Out'),
      ]);
      const [ann, ben, cem, outsider] = people;
      const chat = await group(ann, [ben, cem]);
      await group(ann, [outsider]);
      const [phone, laptop, bens, cems, out] = await Promise.all([
        ann.connect(one),
        ann.connect(two),
        ben.connect(),
        cem.connect(),
        outsider.connect(),
      ]);
      expect(await phone.ask('typing', { chatId: chat.id, active: true })).to.deep.equal({});
      for (const live of [bens, cems]) {
        expect(await live.waitFor('typing')).to.deep.equal({ chatId: chat.id, userId: ann.id, active: true });
      }
      await phone.ask('typing', { chatId: chat.id, active: false });
      await bens.waitFor<{ active: boolean }>('typing', ({ active }) => !active);
      await send(phone, chat.id, 'done');
      for (const live of [phone, laptop]) {
        await live.waitFor('message:new');
        expect(live.heard('typing'), 'not to oneself').to.deep.equal([]);
      }
      expect(out.heard('typing')).to.deep.equal([]);
      for (const person of people) person.leave();
    });
  });
}
