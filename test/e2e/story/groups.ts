/** Groups: who may do what to whom, and that who has left sees, hears and does nothing more in the chat. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { directChat, group, history, type Person, send, signUp } from '../../support/people.js';
import type { Chat, Message, Synced } from '../../support/shapes.js';
import { typist } from '../../support/typist.js';

type Change = { chatId: string; userId: string };

export function groups(the: () => Deployment): void {
  describe('a group', () => {
    let owner: Person;
    let admin: Person;
    let member: Person;
    let newcomer: Person;
    let chat: Chat;

    before(async () => {
      const [one, two] = the().gateways;
      [owner, admin, member, newcomer] = await Promise.all([
        signUp(one, 'Owner'),
        signUp(two, 'Admin'),
        signUp(one, 'Member'),
        signUp(two, 'Newcomer'),
      ]);
    });

    beforeEach(async () => {
      chat = await group(owner, [admin, member], 'before');
      await expectCall(owner, 204, 'PUT', `/members/${admin.id}/role`, { role: 'admin' });
    });

    afterEach(() => {
      for (const person of [owner, admin, member, newcomer]) person.leave();
    });

    async function expectCall(who: Person, status: number, method: string, path: string, body?: unknown) {
      const answer = await who.call<Chat>(method, `/v1/chats/${chat.id}${path}`, body);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
      return answer.body;
    }
    const roles = async () => {
      const { members } = await expectCall(owner, 200, 'GET', '');
      return Object.fromEntries(members!.map(({ userId, role }) => [userId, role]));
    };
    const here = ({ chatId }: { chatId: string }) => chatId === chat.id;
    const isHere = ({ id }: Chat) => id === chat.id;

    it('has an owner, admins and members', async () => {
      expect(await roles()).to.deep.equal({ [owner.id]: 'owner', [admin.id]: 'admin', [member.id]: 'member' });
      await expectCall(owner, 204, 'PUT', `/members/${admin.id}/role`, { role: 'member' });
      expect((await roles())[admin.id]).to.equal('member');
    });

    it('takes in a newcomer, who hears everything from then on and finds the rest in the history', async () => {
      const [owners, news] = await Promise.all([owner.connect(), newcomer.connect()]);
      await send(owners, chat.id, 'before the newcomer');
      await expectCall(admin, 204, 'POST', '/members', { userId: newcomer.id });
      expect(await owners.waitFor<Change>('chat:member-added', here)).to.deep.equal({
        chatId: chat.id,
        userId: newcomer.id,
      });
      await send(owners, chat.id, 'welcome');
      expect(await news.waitFor<Message>('message:new', here)).to.include({ body: 'welcome', seq: 2 });
      const page = await newcomer.call<{ messages: Message[] }>('GET', `/v1/chats/${chat.id}/messages`);
      expect(page.body.messages.map(({ body }) => body)).to.deep.equal(['before the newcomer', 'welcome']);
      expect((await send(news, chat.id, 'thanks')).seq).to.equal(3);
    });

    it('is renamed by owner or admin, and every member hears it', async () => {
      const [members, admins] = await Promise.all([
        member.connect(the().gateways[1]),
        admin.connect(the().gateways[0]),
      ]);
      expect(await expectCall(admin, 200, 'PATCH', '', { title: 'after' })).to.include({ id: chat.id, title: 'after' });
      for (const live of [members, admins]) {
        expect(await live.waitFor<Chat>('chat:updated', chat => isHere(chat) && chat.title === 'after')).to.include({
          type: 'group',
        });
      }
      await expectCall(member, 403, 'PATCH', '', { title: 'mine' });
      expect(await expectCall(member, 200, 'GET', '')).to.include({ title: 'after' });
    });

    const departures: [string, () => Person][] = [
      ['is kicked', () => admin],
      ['leaves', () => member],
    ];
    for (const [how, actor] of departures) {
      it(`tells a member who ${how} so, and nothing after it, on no gateway and by no way`, async () => {
        const [owners, phone, laptop] = await Promise.all([
          owner.connect(),
          member.connect(the().gateways[0]),
          member.connect(the().gateways[1]),
        ]);
        const stored = await send(owners, chat.id, 'while they are here');
        await phone.waitFor<Message>('message:new', ({ id }) => id === stored.id);
        await expectCall(actor(), 204, 'DELETE', `/members/${member.id}`);
        for (const live of [owners, phone, laptop]) {
          expect(await live.waitFor<Change>('chat:member-removed', here)).to.include({ userId: member.id });
        }
        await expectNothingMore(owners, [phone, laptop]);
      });
    }

    async function expectNothingMore(owners: Awaited<ReturnType<Person['connect']>>, theirs: (typeof owners)[]) {
      const [phone] = theirs;
      await owners.ask('typing', { chatId: chat.id, active: true });
      const secret = await send(owners, chat.id, 'now that they are gone');
      await owners.ask('message:read', { chatId: chat.id, seq: secret.seq });
      await expectCall(owner, 200, 'PATCH', '', { title: 'without them' });
      const between = await directChat(owner, member);
      await send(owners, between.id, 'something else');
      for (const live of theirs) {
        await live.waitFor<Message>('message:new', message => message.chatId === between.id);
        const place = live.log.findIndex(({ event }) => event === 'chat:member-removed');
        const after = live.log.slice(place + 1).map(({ data }) => data as Partial<Chat & Message>);
        expect(after.filter(data => data.chatId === chat.id || data.id === chat.id)).to.deep.equal([]);
      }
      await expectCall(member, 403, 'GET', '');
      await expectCall(member, 403, 'GET', '/messages');
      await expectCall(member, 403, 'POST', '/messages', { clientId: randomUUID(), body: 'still me' });
      await expectCall(member, 403, 'POST', '/read', { seq: 1 });
      const refused = await phone!.emit('message:send', { chatId: chat.id, clientId: randomUUID(), body: 'still me' });
      expect(refused).to.have.nested.property('error.code', 'forbidden');
      const synced = await phone!.ask<Synced>('sync', { cursors: { [chat.id]: 0 } });
      expect(synced.unknown).to.deep.equal([chat.id]);
      expect(synced.chats.map(({ chatId }) => chatId)).to.not.include(chat.id);
      const chats = await member.call<{ chats: Chat[] }>('GET', '/v1/chats?limit=100');
      expect(chats.body.chats.map(({ id }) => id)).to.not.include(chat.id);
    }

    it('lets a member who is kicked while everybody writes hear and say nothing from that moment on', async () => {
      const [owners, phone] = await Promise.all([owner.connect(), member.connect(the().gateways[1])]);
      const writers = [typist(owners, chat.id, 'owner'), typist(phone, chat.id, 'member')] as const;
      await phone.waitFor<Message>('message:new', ({ seq }) => seq > 50);
      await expectCall(admin, 204, 'DELETE', `/members/${member.id}`);
      const last = (await send(owners, chat.id, 'after the kick')).seq;
      await writers[1].ended;
      await owners.waitFor<Message>('message:new', ({ seq }) => seq > last + 50);
      await writers[0].stop();
      const place = phone.log.findIndex(({ event }) => event === 'chat:member-removed');
      expect(phone.log.slice(place + 1).filter(({ event }) => event === 'message:new')).to.deep.equal([]);
      const late = (await history(owner, chat.id)).filter(({ senderId, seq }) => senderId === member.id && seq > last);
      expect(late).to.deep.equal([]);
    });

    it('tells a connection that somebody who has left opens anew nothing', async () => {
      await expectCall(member, 204, 'DELETE', `/members/${member.id}`);
      const [owners, late] = await Promise.all([owner.connect(), member.connect()]);
      await send(owners, chat.id, 'not for them');
      const between = await directChat(owner, member);
      await send(owners, between.id, 'for them');
      await late.waitFor<Message>('message:new', message => message.chatId === between.id);
      expect(late.heard<Message>('message:new').filter(here)).to.deep.equal([]);
    });

    it('takes somebody back who had left', async () => {
      await expectCall(owner, 204, 'DELETE', `/members/${member.id}`);
      await expectCall(owner, 204, 'POST', '/members', { userId: member.id });
      const [owners, members] = await Promise.all([owner.connect(), member.connect()]);
      const stored = await send(owners, chat.id, 'welcome back');
      await members.waitFor<Message>('message:new', ({ id }) => id === stored.id);
    });

    it('has an owner also when its owner leaves', async () => {
      await expectCall(owner, 204, 'DELETE', `/members/${owner.id}`);
      const { members, memberCount } = await expectCall(admin, 200, 'GET', '');
      expect(memberCount).to.equal(2);
      expect(members!.filter(({ role }) => role === 'owner').map(({ userId }) => userId)).to.deep.equal([admin.id]);
    });

    it('is what a direct chat is not: that has no title, no roles and no third person', async () => {
      const direct = await directChat(owner, member);
      const attempts = [
        await owner.call('PATCH', `/v1/chats/${direct.id}`, { title: 'us' }),
        await owner.call('POST', `/v1/chats/${direct.id}/members`, { userId: newcomer.id }),
        await owner.call('PUT', `/v1/chats/${direct.id}/members/${member.id}/role`, { role: 'admin' }),
      ];
      for (const attempt of attempts) expect(attempt.status).to.be.oneOf([400, 403, 409]);
      const after = await owner.call<Chat>('GET', `/v1/chats/${direct.id}`);
      expect(after.body).to.include({ title: null, memberCount: 2 });
    });
  });
}
