/** What a chat is to somebody alone follows them to all their devices, and is nobody else's business. */
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Deployment } from '../../support/deployment.js';
import { eventually } from '../../support/eventually.js';
import type { Live } from '../../support/live.js';
import { group, history, type Person, send, signIn, signUp } from '../../support/people.js';
import type { Chat, Message, OwnNews, OwnState, Synced } from '../../support/shapes.js';

export function ownState(the: () => Deployment): void {
  describe('own state', () => {
    let ann: Person;
    let ben: Person;
    let tablet: Person;
    let chat: Chat;

    beforeEach(async () => {
      const [one, two] = the().gateways;
      [ann, ben] = await Promise.all([signUp(one, 'Ann'), signUp(two, 'Ben')]);
      tablet = await signIn(ann, two, 'tablet');
      chat = await group(ann, [ben]);
    });

    afterEach(() => {
      for (const person of [ann, ben, tablet]) person.leave();
    });

    async function change(who: Person, change: object): Promise<OwnState> {
      const answer = await who.call<OwnState>('PATCH', `/v1/chats/${chat.id}/me`, change);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
      return answer.body;
    }
    const changed = (live: Live, note: number) => live.waitFor<OwnNews>('me:changed', news => news.note === note);
    const seen = async (who: Person) => (await who.call<Chat>('GET', `/v1/chats/${chat.id}`)).body;
    const synced = async (who: Person, me: number, cursors: object = {}) =>
      (await who.call<Synced>('POST', '/v1/sync', { cursors, me })).body;
    const time = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();

    it('is told to the user’s other devices, in their chats, and to nobody else', async () => {
      const [phone, other, bens] = await Promise.all([ann.connect(), tablet.connect(), ben.connect()]);
      const mutedUntil = new Date(Date.now() + 3_600_000).toISOString();
      const muted = await change(ann, { mutedUntil, notify: 'mentions', pinned: true });
      expect(muted).to.deep.equal({ chatId: chat.id, rev: 1, mutedUntil, notify: 'mentions', pinned: true });
      for (const live of [phone, other]) {
        expect(await changed(live, 1)).to.deep.equal({ note: 1, chats: [muted] });
      }
      expect(await change(tablet, { pinned: true }), 'nothing changes').to.deep.equal(muted);
      await change(tablet, { pinned: false, archived: true });
      await changed(phone, 2);
      const { chats } = (await tablet.call<{ chats: Chat[] }>('GET', '/v1/chats')).body;
      for (const told of [await seen(ann), chats[0]]) {
        expect(told).to.deep.include({ id: chat.id, mutedUntil, notify: 'mentions', archived: true });
        expect(told).not.to.have.property('pinned');
      }
      await ann.call('PATCH', `/v1/chats/${chat.id}`, { title: 'told to all' });
      for (const told of [await bens.waitFor<Chat>('chat:updated'), await seen(ben)]) {
        expect(told).to.include({ id: chat.id, title: 'told to all' });
        expect(told).not.to.have.any.keys('mutedUntil', 'notify', 'archived');
      }
      expect(bens.heard('me:changed')).to.deep.equal([]);
      expect((await ben.call('PATCH', `/v1/chats/${randomUUID()}/me`, { pinned: true })).status).to.equal(404);
    });

    it('keeps the later of two drafts that devices write, in whatever order they come', async () => {
      const phone = await ann.connect();
      await change(ann, { draft: { body: 'written first', at: time(1) } });
      await change(tablet, { draft: { body: 'written last', at: time(3) } });
      const late = await change(ann, { draft: { body: 'written between', at: time(2) } });
      expect(late).to.deep.equal({ chatId: chat.id, rev: 2, draft: { body: 'written last', at: time(3) } });
      expect((await changed(phone, 2)).chats[0]?.draft?.body).to.equal('written last');
      for (const device of [ann, tablet]) expect((await seen(device)).draft?.body).to.equal('written last');
    });

    it('takes a draft from one device to the other, and away when it is sent there', async () => {
      const [phone, other] = await Promise.all([ann.connect(), tablet.connect()]);
      const draft = { body: 'on the train', at: time(1) };
      await change(ann, { draft });
      expect((await changed(other, 1)).chats[0]?.draft).to.deep.equal(draft);
      const sent = { chatId: chat.id, clientId: randomUUID(), body: 'at home', draftAt: time(1) };
      await other.ask('message:send', sent);
      for (const live of [phone, other]) {
        expect(await changed(live, 2)).to.deep.equal({ note: 2, chats: [{ chatId: chat.id, rev: 2 }] });
      }
      expect(await change(ann, { draft }), 'it does not come back').to.deep.equal({ chatId: chat.id, rev: 2 });
      expect(await seen(ann)).not.to.have.property('draft');
      const again = await ann.call('POST', `/v1/chats/${chat.id}/messages`, {
        clientId: randomUUID(),
        body: 'over HTTP',
        draftAt: 'soon',
      });
      expect(again.status).to.equal(400);
    });

    it('shows by a note that jumps what a device has missed, and gives it once when asked', async () => {
      await change(ann, { pinned: true });
      const first = await synced(tablet, 0);
      expect(first.me).to.deep.equal({ note: 1, chats: [{ chatId: chat.id, rev: 1, pinned: true }], more: false });
      await change(ann, { archived: true });
      await change(ann, { pinned: false });
      const other = await tablet.connect();
      await change(ann, { notify: 'none' });
      expect((await changed(other, 4)).note, 'a gap after 1').to.equal(4);
      const missed = await other.ask<Synced>('sync', { cursors: {}, me: 1 });
      const now = { chatId: chat.id, rev: 4, notify: 'none', archived: true };
      expect(missed.me).to.deep.equal({ note: 4, chats: [now], more: false });
      expect((await synced(tablet, 4)).me).to.deep.equal({ note: 4, chats: [], more: false });
      expect(await synced(tablet, 0).then(({ me }) => me?.chats)).to.deep.equal([now]);
      const without = (await tablet.call<Synced>('POST', '/v1/sync', { cursors: {} })).body;
      expect(without).not.to.have.property('me');
    });

    it('hides one message from its reader alone, to whom it is not there any more', async () => {
      const [phone, bens] = await Promise.all([ann.connect(), ben.connect()]);
      for (const body of ['one', 'two', 'three']) await send(bens, chat.id, body);
      const path = `/v1/chats/${chat.id}/messages/2`;
      expect((await ann.call('DELETE', `${path}?scope=me`)).status).to.equal(204);
      const hidden = [{ from: 2, to: 2 }];
      expect(await changed(phone, 1)).to.deep.equal({ note: 1, chats: [{ chatId: chat.id, rev: 1, hidden }] });
      expect((await ann.call('DELETE', `${path}?scope=me`)).status, 'again').to.equal(204);
      expect((await history(tablet, chat.id)).map(({ seq }) => seq)).to.deep.equal([1, 3]);
      expect(await seen(tablet)).to.include({ unread: 2 });
      expect((await ann.call('PUT', `${path}/reactions/${encodeURIComponent('👍')}`)).status).to.equal(404);
      expect((await ann.call('DELETE', `/v1/chats/${chat.id}/messages/4?scope=me`)).status).to.equal(404);
      const told = await phone.ask('message:delete', { chatId: chat.id, seq: 3, scope: 'me' });
      expect(told).to.deep.equal({ status: 'stored', seq: 3, change: 0 });
      expect(await seen(tablet)).to.deep.include({ unread: 1, lastMessage: (await history(ann, chat.id))[0] });
      expect((await ben.call('PUT', `${path}/reactions/${encodeURIComponent('👍')}`)).status).to.equal(200);
      expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal(['one', 'two', 'three']);
    });

    it('hides a history on one device, and on another that was away', async () => {
      const bens = await ben.connect();
      const said = ['one', 'two', 'three', 'four'];
      for (const body of said) await send(bens, chat.id, body);
      const phone = await ann.connect();
      const gone = await ann.call('DELETE', `/v1/chats/${chat.id}/history?upTo=3`);
      expect(gone.status).to.equal(204);
      const hidden = [{ from: 1, to: 3 }];
      expect(await changed(phone, 1)).to.deep.equal({ note: 1, chats: [{ chatId: chat.id, rev: 1, hidden }] });

      const back = await synced(tablet, 0, { [chat.id]: 1 });
      expect(back.me?.chats).to.deep.equal([{ chatId: chat.id, rev: 1, hidden }]);
      const [missed] = back.chats;
      expect(missed).to.include({ lastSeq: 4, more: false });
      expect(missed?.messages.map(({ body }) => body)).to.deep.equal(['four']);
      expect((await history(tablet, chat.id)).map(({ seq }) => seq)).to.deep.equal([4]);
      expect(await seen(tablet)).to.include({ unread: 1, lastSeq: 4 });

      expect((await ann.call('DELETE', `/v1/chats/${chat.id}/history?upTo=1000`)).status).to.equal(204);
      expect(await seen(tablet)).to.include({ unread: 0, lastMessage: null });
      const next = await send(bens, chat.id, 'five');
      await phone.waitFor<Message>('message:new', ({ seq }) => seq === next.seq);
      expect((await history(ann, chat.id)).map(({ body }) => body)).to.deep.equal(['five']);

      expect((await history(ben, chat.id)).map(({ body }) => body)).to.deep.equal([...said, 'five']);
      await eventually('Ben sees no difference', async () => (await seen(ben)).lastSeq === 5);
      expect(bens.heard('me:changed')).to.deep.equal([]);
    });
  });
}
