/** Messages change, and everybody ends with what they are now: who hears it, who was away, and who reads it later. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { group, history, type Person, send, signUp } from '../../support/people.js';
import type { Answer } from '../../support/rest.js';
import type { Chat, Message, Synced } from '../../support/shapes.js';

interface Changed {
  readonly chatId: string;
  readonly change: number;
  readonly message: Message;
  readonly by: { readonly userId: string; readonly emoji?: string; readonly on?: boolean };
  readonly kind: string;
}

export function changes(the: () => Deployment): void {
  describe('changes of messages', () => {
    let ann: Person;
    let ben: Person;
    let eve: Person;
    let chat: Chat;
    let path: (rest: string) => string;

    before(async () => {
      const [one, two] = the().gateways;
      [ann, ben, eve] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben'), signUp(one, 'Eve')]);
    });

    beforeEach('Ann has said three things', async () => {
      chat = await group(ann, [ben]);
      path = rest => `/v1/chats/${chat.id}/${rest}`;
      const live = await ann.connect();
      for (const body of ['one', 'two', 'three']) await send(live, chat.id, body);
      ann.leave();
    });

    afterEach(() => {
      for (const person of [ann, ben, eve]) person.leave();
    });

    const edit = (who: Person, seq: number, body: string, rest = {}) =>
      who.call<Message>('PATCH', path(`messages/${seq}`), { clientId: randomUUID(), body, ...rest });
    const like = (who: Person, seq: number, emoji = '👍') =>
      who.call<Message>('PUT', path(`messages/${seq}/reactions/${encodeURIComponent(emoji)}`));
    const failed = ({ status, body }: Answer<unknown>) => [status, (body as { code?: string }).code];
    const nth = (change: number) => (changed: Changed) => changed.chatId === chat.id && changed.change === change;

    it('are heard by all members on all connections, numbered, with the message as it is', async () => {
      const [anns, bens, eves] = await Promise.all([ann.connect(), ben.connect(), eve.connect()]);
      const edited = await edit(ann, 1, 'uno');
      expect(edited.status).to.equal(200);
      expect(edited.body).to.include({ body: 'uno', rev: 1, seq: 1 }).and.to.have.property('editedAt');
      expect((await like(ben, 1)).body).to.deep.include({
        rev: 2,
        reactions: [{ emoji: '👍', count: 1 }],
        mine: ['👍'],
      });
      expect((await ann.call('PUT', path('messages/2/pin'))).status).to.equal(204);
      expect((await ann.call('DELETE', path('messages/3?scope=all'))).status).to.equal(204);
      const kinds = ['edit', 'react', 'pin', 'delete'];
      for (const live of [anns, bens]) {
        for (const [at, kind] of kinds.entries()) {
          const heard = await live.waitFor<Changed>('message:changed', nth(at + 1));
          expect(heard).to.include({ kind });
          expect(heard.message)
            .to.include({ rev: at + 1 })
            .and.not.have.property('mine');
        }
      }
      const reacted = await anns.waitFor<Changed>('message:changed', nth(2));
      expect(reacted.by).to.deep.equal({ userId: ben.id, emoji: '👍', on: true });
      const [first, second, third] = await history(ben, chat.id);
      expect(first).to.deep.equal({ ...edited.body, rev: 2, reactions: [{ emoji: '👍', count: 1 }], mine: ['👍'] });
      expect(second).to.include({ rev: 3 }).and.have.property('pinnedAt');
      expect(third).to.include({ rev: 4, body: '', deletedBy: ann.id });
      expect(eves.heard('message:changed')).to.deep.equal([]);
    });

    it('go over connections as well, and say what they were numbered', async () => {
      const [anns, bens] = await Promise.all([ann.connect(), ben.connect()]);
      const place = { chatId: chat.id, seq: 2 };
      const again = { ...place, clientId: randomUUID(), body: 'dos' };
      const stored = (change: number) => ({ status: 'stored', seq: 2, change });
      expect(await anns.ask('message:edit', again)).to.deep.equal(stored(1));
      expect(await anns.ask('message:edit', again)).to.deep.equal(stored(0));
      expect(await bens.ask('message:react', { ...place, emoji: '❤️', on: true })).to.deep.equal(stored(2));
      expect(await bens.ask('message:react', { ...place, emoji: '❤️', on: true })).to.deep.equal(stored(0));
      expect(await anns.ask('message:pin', { ...place, on: true })).to.deep.equal(stored(3));
      expect(await anns.ask('message:delete', { ...place, scope: 'all' })).to.deep.equal(stored(4));
      expect(await anns.ask('message:delete', { ...place, scope: 'all' })).to.deep.equal(stored(0));
    });

    it('show who reacted, what is pinned, and what was said before where the chat keeps that', async () => {
      expect((await ann.call('GET', path('messages/1/versions'))).status).to.equal(404);
      await ann.call('PATCH', `/v1/chats/${chat.id}`, { keepVersions: true });
      await edit(ann, 1, 'uno');
      await Promise.all([like(ben, 1), ann.call('PUT', path('messages/1/pin'))]);
      const { body: kept } = await ben.call<{ versions: { body: string }[] }>('GET', path('messages/1/versions'));
      expect(kept.versions.map(({ body }) => body)).to.deep.equal(['one', 'uno']);
      const { body: who } = await ann.call<{ reactions: object[] }>('GET', path('messages/1/reactions'));
      expect(who.reactions).to.have.length(1);
      expect(who.reactions[0]).to.include({ userId: ben.id, emoji: '👍' });
      const { body: pins } = await ben.call<{ messages: Message[] }>('GET', path('pins'));
      expect(pins.messages.map(({ seq }) => seq)).to.deep.equal([1]);
      expect((await ben.call('DELETE', path('messages/1/reactions/%F0%9F%91%8D'))).body).to.deep.include({
        reactions: [],
      });
      await ann.call('DELETE', path('messages/1?scope=all'));
      expect((await ben.call('GET', path('messages/1/versions'))).status).to.equal(404);
      expect((await ben.call('GET', path('pins'))).body).to.deep.equal({ messages: [] });
    });

    it('reach who was away by sync, each message once, as it is by then', async () => {
      const bens = await ben.connect();
      await edit(ann, 1, 'uno');
      await bens.waitFor<Changed>('message:changed', nth(1));
      ben.leave();
      await edit(ann, 2, 'dos');
      await like(ben, 2);
      await ann.call('DELETE', path('messages/1?scope=all'));
      await ann.call('POST', path('messages'), { clientId: randomUUID(), body: 'four' });
      const back = await ben.connect(the().gateways[0]);
      const { chats } = await back.ask<Synced>('sync', { cursors: { [chat.id]: { seq: 3, change: 1 } } });
      const missed = chats.find(({ chatId }) => chatId === chat.id);
      const all = await history(ben, chat.id);
      expect(missed?.changed).to.deep.equal([all[1], all[0]]);
      expect(missed?.messages).to.deep.equal([all[3]]);
      expect(missed).to.include({ firstSeq: 1, lastSeq: 4, lastChange: 4, changeUpto: 4, more: false });
      const before = await back.ask<Synced>('sync', { cursors: { [chat.id]: 3 } });
      expect(before.chats.find(({ chatId }) => chatId === chat.id)?.changed, 'to a client of before').to.deep.equal([]);
    });

    it('leave nothing of a deletion behind: not unread, not by a resend, and not as what a chat said last', async () => {
      const live = await ann.connect();
      const clientId = randomUUID();
      const { seq } = (await send(live, chat.id, 'a slip', clientId)) as { seq: number };
      const unread = async () => (await ben.call<Chat>('GET', `/v1/chats/${chat.id}`)).body;
      expect((await unread()).unread).to.equal(4);
      await ann.call('DELETE', path(`messages/${seq}?scope=all`));
      expect(await unread()).to.deep.include({ unread: 3, lastSeq: seq });
      expect((await unread()).lastMessage).to.include({ body: '', deletedBy: ann.id });
      expect(await send(live, chat.id, 'a slip', clientId)).to.include({ seq });
      expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal(['one', 'two', 'three', '']);
      expect(failed(await edit(ann, seq, 'again'))).to.deep.equal([409, 'conflict']);
    });

    it('are refused with what is there, to those who may not, and of what is not there', async () => {
      await edit(ann, 1, 'uno', { clientId: 'mine' });
      const stale = await edit(ann, 1, 'eins', { ifRev: 0 });
      expect(failed(stale)).to.deep.equal([409, 'conflict']);
      expect((stale.body as unknown as { current: Message }).current).to.include({ body: 'uno', rev: 1 });
      expect(failed(await edit(ann, 1, 'eins', { ifRev: 7 }))).to.deep.equal([409, 'conflict']);
      expect(failed(await edit(ann, 2, 'dos', { clientId: 'mine' }))).to.deep.equal([409, 'conflict']);
      expect(failed(await edit(ben, 1, 'mine now'))).to.deep.equal([403, 'forbidden']);
      expect(failed(await ben.call('PUT', path('messages/1/pin')))).to.deep.equal([403, 'forbidden']);
      expect(failed(await ben.call('DELETE', path('messages/1?scope=all')))).to.deep.equal([403, 'forbidden']);
      expect(failed(await edit(ann, 99, 'nothing'))).to.deep.equal([404, 'not_found']);
      expect(failed(await like(ann, 1, 'ok'))).to.deep.equal([400, 'invalid']);
      for (const answer of [
        edit(eve, 1, 'hers'),
        like(eve, 1),
        eve.call('GET', path('pins')),
        eve.call('GET', path('messages/1/reactions')),
      ]) {
        expect(failed(await answer)).to.deep.equal([404, 'not_found']);
      }
      expect((await history(ann, chat.id)).map(({ rev }) => rev)).to.deep.equal([1, 0, 0]);
    });
  });
}
